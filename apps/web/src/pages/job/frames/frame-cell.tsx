import type { FrameInfo } from '@backlot/contract/schemas/jobs'
import { memo } from 'react'
import { thumbnailUrl } from '../../../api/blob-url.ts'
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
      onClick={() => onOpen(frame)}
    >
      <Picture src={info?.thumbnail == null ? undefined : thumbnailUrl(info.thumbnail)} alt="" />
      {info?.progress != null && info.state === 'running' && (
        <span className="frame-progress" style={{ scale: `${info.progress} 1` }} />
      )}
      {/* Read out: "Frame 12, completed in 6.2 s, black". What everybody sees is part of it. */}
      <span className="frame-caption numeric">
        <span>
          <span className="visually-hidden">Frame </span>
          {frame}
        </span>
        <span className="frame-state">{info !== undefined && <FrameState info={info} />}</span>
      </span>
    </button>
  )
})

function FrameState({ info }: { info: FrameInfo }) {
  const look = frameLook[info.state]
  const fact =
    info.state === 'completed' && info.renderSeconds !== null
      ? formatDuration(info.renderSeconds)
      : info.state === 'running' && info.progress !== null
        ? formatPercent(info.progress)
        : undefined
  return (
    <>
      <span className="visually-hidden">
        , {look.label.toLowerCase()}
        {fact !== undefined && (info.state === 'completed' ? ' in ' : ' ')}
      </span>
      {fact}
      {info.state !== 'completed' && <Icon name={look.icon} size={14} />}
      {info.warnings.length > 0 && (
        <span className="tone-warn frame-warning">
          <Icon name="alert" size={14} />
          <span className="visually-hidden">, {info.warnings.join(', ')}</span>
        </span>
      )}
    </>
  )
}
