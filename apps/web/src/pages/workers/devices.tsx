import type { WorkerInfo } from '@backlot/contract/schemas/farm'
import { formatBytes } from '../../format/numbers.ts'
import { Icon } from '../../ui/icon.tsx'

/** What a worker renders on, what else was tried, and why that is not used. A fall-back to the CPU is never silent. */
export function Devices({ probe }: { probe: WorkerInfo['probe'] }) {
  if (probe === null) return <span className="muted">not probed yet</span>
  const isCpu = probe.chosen.toUpperCase() === 'CPU'
  return (
    <div className="devices">
      {isCpu ? (
        <strong className="tone-warn devices-cpu">
          <Icon name="alert" size={14} />
          CPU only
        </strong>
      ) : (
        <strong>{probe.chosen}</strong>
      )}
      {probe.devices
        .filter(({ type }) => isCpu || type.toUpperCase() === probe.chosen.toUpperCase())
        .map(({ type, name, memoryBytes }) => (
          <span key={`${type}/${name}`} className="muted">
            {name}
            {memoryBytes !== undefined && ` · ${formatBytes(memoryBytes)}`}
          </span>
        ))}
      {probe.tried.length > 0 && (
        <details>
          <summary>What was tried</summary>
          <ul>
            {probe.tried.map(({ type, ok, reason }) => (
              <li key={type} className={ok ? 'tone-good' : 'tone-idle'}>
                <Icon name={ok ? 'check' : 'cross'} size={14} />
                <span>
                  {type}: {reason}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}
