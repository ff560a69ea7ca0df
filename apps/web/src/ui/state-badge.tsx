import { Icon } from './icon.tsx'
import type { StateLook } from './state-look.ts'
import './state-badge.css'

/** A state in a pill; `plain` without one, for inside tables of states. */
export function StateBadge({ look, plain = false }: { look: StateLook; plain?: boolean }) {
  return (
    <span className={`state-badge tone-${look.tone}`} data-plain={plain || undefined}>
      <Icon name={look.icon} size={14} />
      {look.label}
    </span>
  )
}
