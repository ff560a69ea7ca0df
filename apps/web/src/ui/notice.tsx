import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'
import type { Tone } from './state-look.ts'
import './notice.css'

/** Something one should know on this page, with what to do about it. */
export function Notice({
  tone,
  icon,
  title,
  children,
}: {
  tone: Tone
  icon: IconName
  title: ReactNode
  children?: ReactNode
}) {
  return (
    <div className={`notice tone-${tone}`}>
      <Icon name={icon} size={20} />
      <div className="notice-text">
        <p className="notice-title">{title}</p>
        {children}
      </div>
    </div>
  )
}
