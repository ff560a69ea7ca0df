import type { WorkerInfo } from '@backlot/contract/schemas/farm'
import { Link } from '@tanstack/react-router'
import { formatBytes, formatMany } from '../../format/numbers.ts'
import { useMay } from '../../layout/use-session.ts'
import { paths } from '../../paths.ts'
import type { WorkerColumn } from '../../search-params.ts'
import { ProgressBar } from '../../ui/progress-bar.tsx'
import { nextSort, SortHeader } from '../../ui/sort-header.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { workerLook } from '../../ui/state-look.ts'
import { RelativeTime } from '../../ui/time.tsx'
import { Devices } from './devices.tsx'
import { HoldButton } from './hold-button.tsx'
import type { WorkerSort } from './sort-workers.ts'
import './workers-table.css'

const columns: readonly { id?: WorkerColumn; label: string }[] = [
  { id: 'name', label: 'Worker' },
  { id: 'state', label: 'State' },
  { id: 'running', label: 'Rendering' },
  { label: 'Renders on' },
  { label: 'Blender' },
  { id: 'lastSeen', label: 'Last seen' },
]

export function WorkersTable({ workers, sort }: { workers: readonly WorkerInfo[]; sort: WorkerSort }) {
  const mayManage = useMay('workers.manage')
  return (
    <table className="workers">
      <caption className="visually-hidden">Workers</caption>
      <thead>
        <tr>
          {columns.map(({ id, label }) =>
            id === undefined ? (
              <th key={label} scope="col">
                {label}
              </th>
            ) : (
              <SortHeader key={id} column={id} sort={sort}>
                <Link {...paths.workers(nextSort(sort, id, id))} replace activeProps={{}} className="sort-link">
                  {label}
                </Link>
              </SortHeader>
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {workers.map((worker) => (
          <WorkerRow key={worker.workerId} worker={worker} mayManage={mayManage} />
        ))}
      </tbody>
    </table>
  )
}

function WorkerRow({ worker, mayManage }: { worker: WorkerInfo; mayManage: boolean }) {
  const versions = worker.blenders.map(({ version }) => version)
  return (
    <tr data-state={worker.state}>
      <td data-label="Worker">
        <strong className="worker-name">{worker.name}</strong>
        <span className="muted">
          {worker.platform} · {formatMany(worker.cpus, 'CPU')} ·{' '}
          {formatBytes(worker.memoryBytes).replace(' ', '\u00a0')}
        </span>
        {worker.tags.length > 0 && (
          <span className="tags" aria-label="Tags">
            {worker.tags.map((tag) => (
              <span key={tag} className="tag">
                {tag}
              </span>
            ))}
          </span>
        )}
      </td>
      <td data-label="State">
        <StateBadge look={workerLook[worker.state]} />
        {worker.holds.map(({ kind, reason }) => (
          <span key={kind} className="tone-warn worker-hold">
            {reason}
          </span>
        ))}
        {mayManage && <HoldButton worker={worker} />}
      </td>
      <td data-label="Rendering">
        <Running worker={worker} />
      </td>
      <td data-label="Renders on">
        <Devices probe={worker.probe} />
      </td>
      <td data-label="Blender" className="numeric">
        {versions.length === 0 ? <span className="muted">none yet</span> : versions.join(', ')}
      </td>
      <td data-label="Last seen" className="muted">
        {worker.lastSeenAt === null ? 'never' : <RelativeTime at={worker.lastSeenAt} />}
      </td>
    </tr>
  )
}

function Running({ worker: { running, state, slots, holds } }: { worker: WorkerInfo }) {
  if (running.length === 0)
    return <span className="muted">{state === 'online' && holds.length === 0 ? 'waits for work' : '–'}</span>
  return (
    <ul className="worker-running">
      {running.map(({ jobId, jobName, frame, fraction }) => (
        <li key={`${jobId}/${frame}`}>
          <Link {...paths.job(jobId)} className="truncate">
            {jobName}
          </Link>
          {frame !== null && <span className="muted numeric">frame {frame}</span>}
          <ProgressBar
            label={`${jobName}${frame === null ? '' : `, frame ${frame}`}`}
            text={`${Math.round(fraction * 100)}%`}
            total={1}
            parts={[{ value: fraction, tone: 'running' }]}
          />
        </li>
      ))}
      {slots > running.length && <li className="muted">{slots - running.length} more free</li>}
    </ul>
  )
}
