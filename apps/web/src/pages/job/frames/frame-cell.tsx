import type { FrameInfo } from '@backlot/contract/schemas/jobs'
import { memo } from 'react'
import { blobUrl } from '../../../api/blob-url.ts'
import { formatPercent } from '../../../format/numbers.ts'
import { formatDuration } from '../../../format/time.ts'
import { Icon } from '../../../ui/icon.tsx'
import { Picture } from '../../../ui/picture.tsx'
import { frameLook } from '../../../ui/state-look.ts'

interface FrameCellProps {
  frame: number
  /** Undefined while it is loaded. */
  info: FrameInfo | undefined
  index: number
  isTabStop: boolean
  onOpen: (frame: number) => void
}

export const FrameCell = memo(function FrameCell({ frame, info, index, isTabStop, onOpen }: FrameCellProps) {
  const look = frameLook[info?.state ?? 'queued']
  return (
    <button
      type="button"
      className={`frame-cell tone-${look.tone}`}
      data-state={info?.state}
      data-index={index}
      tabIndex={isTabStop ? 0 : -1}
      aria-label={frameLabel(frame, info)}
      onClick={() => onOpen(frame)}
    >
      <Picture src={info?.thumbnail == null ? undefined : blobUrl(info.thumbnail)} alt="" />
      {info?.progress != null && info.state === 'running' && (
        <span className="frame-progress" style={{ scale: `${info.progress} 1` }} />
      )}
      <span className="frame-caption numeric">
        {frame}
        <span className="frame-state">
          {info !== undefined && info.warnings.length > 0 && (
            <span className="tone-warn frame-warning">
              <Icon name="alert" size={14} />
            </span>
          )}
          {info?.state === 'completed' && info.renderSeconds !== null && formatDuration(info.renderSeconds)}
          {info?.state === 'running' && info.progress !== null && formatPercent(info.progress)}
          {info !== undefined && info.state !== 'completed' && <Icon name={look.icon} size={14} />}
        </span>
      </span>
    </button>
  )
})

/** "Frame 12, completed in 6.2 s, black". */
function frameLabel(frame: number, info: FrameInfo | undefined): string {
  if (info === undefined) return `Frame ${frame}`
  const state = frameLook[info.state].label.toLowerCase()
  const time =
    info.state === 'completed' && info.renderSeconds !== null ? ` in ${formatDuration(info.renderSeconds)}` : ''
  const progress = info.state === 'running' && info.progress !== null ? ` ${formatPercent(info.progress)}` : ''
  return [`Frame ${frame}`, state + time + progress, ...info.warnings].join(', ')
}
