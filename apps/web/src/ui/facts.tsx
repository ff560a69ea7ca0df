import type { ReactNode } from 'react'
import './facts.css'

/** Names and values; entries without a value are left out. */
export function Facts({ entries }: { entries: readonly (readonly [name: string, value: ReactNode])[] }) {
  const shown = entries.filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== false)
  return (
    <dl className="facts">
      {shown.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
