import type { FrameInfo } from '@backlot/contract/schemas/jobs'
import { Dialog } from '@base-ui/react/dialog'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { blobUrl, fileName, isShownByBrowsers, thumbnailUrl } from '../../../api/blob-url.ts'
import { formatBytes, formatCount } from '../../../format/numbers.ts'
import { formatDuration } from '../../../format/time.ts'
import { DownloadLink, IconButton } from '../../../ui/button.tsx'
import { Facts } from '../../../ui/facts.tsx'
import { Picture } from '../../../ui/picture.tsx'
import { StateBadge } from '../../../ui/state-badge.tsx'
import { frameLook } from '../../../ui/state-look.ts'
import { type FramePlan, indexOfFrame } from './frame-plan.ts'
import { useFrames } from './use-frames.ts'
import './frame-viewer.css'

interface FrameViewerProps {
  jobId: string
  plan: FramePlan
  frame: number
  onMove: (frame: number) => void
  onClose: () => void
}

/** One frame as large as the window allows, with its facts. Arrow keys go through the frames. */
export function FrameViewer({ jobId, plan, frame, onMove, onClose }: FrameViewerProps) {
  const index = indexOfFrame(plan, frame)
  const frames = useFrames(jobId, plan, index - 1, index + 1)
  const info = frames.get(frame)
  const previous = plan.frames[index - 1]
  const next = plan.frames[index + 1]
  usePreloaded([pictureOf(frames.get(next)), pictureOf(frames.get(previous))])

  const popup = useRef<HTMLDivElement>(null)
  const move = (to: number | undefined) => to !== undefined && onMove(to)
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowLeft: previous, ArrowRight: next, Home: plan.frames[0], End: plan.frames.at(-1) }[event.key]
    if (to === undefined) return
    event.preventDefault()
    move(to)
  }

  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-backdrop" />
        <Dialog.Popup ref={popup} initialFocus={popup} className="frame-viewer" onKeyDown={onKeyDown}>
          <header>
            <Dialog.Title className="numeric">Frame {frame}</Dialog.Title>
            {info !== undefined && <StateBadge look={frameLook[info.state]} />}
            <span className="frame-viewer-place muted numeric">
              {formatCount(index + 1)} of {formatCount(plan.frames.length)}
            </span>
            <span className="frame-viewer-tools">
              <IconButton
                icon="previous"
                label="Previous frame"
                disabled={previous === undefined}
                onClick={() => move(previous)}
              />
              <IconButton icon="next" label="Next frame" disabled={next === undefined} onClick={() => move(next)} />
              <IconButton icon="cross" label="Close" onClick={onClose} />
            </span>
          </header>
          <figure>
            <Picture key={frame} src={pictureOf(info)} alt={`Frame ${frame}`} empty={emptyText(info)} />
          </figure>
          <aside aria-label={`Facts of frame ${frame}`}>{info !== undefined && <FrameFacts info={info} />}</aside>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function FrameFacts({ info }: { info: FrameInfo }) {
  const { file } = info
  return (
    <>
      <Facts
        entries={[
          ['Render time', info.renderSeconds === null ? null : formatDuration(info.renderSeconds)],
          ['Blender', info.blender],
          ['Device', info.device],
          ['Worker', info.worker],
          ['File', file === null ? null : fileName(file.name)],
          ['Size', file === null ? null : formatBytes(file.size)],
          ['SHA-256', file === null ? null : <code key="sha256">{file.sha256}</code>],
          ['Look at', info.warnings.length === 0 ? null : `The frame is ${info.warnings.join(', ')}.`],
        ]}
      />
      {file !== null && !isShownByBrowsers(file.name) && (
        <p className="muted">This is the preview: browsers don't show files of this kind.</p>
      )}
      {file !== null && (
        <DownloadLink icon="download" href={blobUrl(file.sha256, file.name)} name={fileName(file.name)}>
          Download
        </DownloadLink>
      )}
    </>
  )
}

/** The file itself where a browser shows it, else its thumbnail. */
function pictureOf(info: FrameInfo | undefined): string | undefined {
  if (info?.file != null && isShownByBrowsers(info.file.name)) return blobUrl(info.file.sha256, info.file.name)
  return info?.thumbnail == null ? undefined : thumbnailUrl(info.thumbnail)
}

function emptyText(info: FrameInfo | undefined): string {
  if (info === undefined) return 'Loading'
  return info.state === 'failed' ? 'This frame failed: the tasks and the log say why.' : 'Not rendered yet'
}

/** The neighbours are fetched ahead, so that going through frames feels like turning pages. */
function usePreloaded(sources: readonly (string | undefined)[]): void {
  const key = sources.filter((source) => source !== undefined).join(' ')
  useEffect(() => {
    for (const source of key.split(' ')) if (source !== '') new Image().src = source
  }, [key])
}
