import type { FrameInfo, JobDetail, JobOutput } from '@backlot/contract/schemas/jobs'
import { isEnded } from '@backlot/contract/states'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { blobUrl, isShownByBrowsers, thumbnailUrl } from '../../api/blob-url.ts'
import { outputsQuery } from '../../api/queries.ts'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { Picture } from '../../ui/picture.tsx'
import './stage.css'

/** Above this, the last frame is shown by its thumbnail: a new one may come every second. Bytes. */
const largestFrame = 8_000_000

const views = {
  video: { label: 'Video', icon: 'film' },
  frame: { label: 'Last frame', icon: 'picture' },
  sheet: { label: 'Contact sheet', icon: 'grid' },
} as const satisfies Record<string, { label: string; icon: IconName }>
type View = keyof typeof views

interface StageProps {
  job: JobDetail
  /** Undefined while it is not loaded: then its thumbnail is shown. */
  lastFrame: FrameInfo | undefined
  onOpenFrame: (frame: number) => void
}

/** The picture that one came to see: the last frame while it renders, the video when it is done. */
export function Stage({ job, lastFrame, onOpenFrame }: StageProps) {
  const outputs = useQuery({ ...outputsQuery(job.jobId), enabled: isEnded(job.state) })
  const video = outputs.data?.items.find(({ kind }) => kind === 'video')
  const sheet = outputs.data?.items.find(({ kind }) => kind === 'contact_sheet')
  const [chosen, setChosen] = useState<View>()
  const offered = (['video', 'frame', 'sheet'] as const).filter(
    (view) => view === 'frame' || (view === 'video' ? video : sheet) !== undefined,
  )
  const view = chosen !== undefined && offered.includes(chosen) ? chosen : (offered[0] ?? 'frame')

  return (
    <section className="stage" aria-label="Pictures">
      <div className="stage-bed">
        {view === 'video' && video !== undefined ? (
          <Video video={video} name={job.name} />
        ) : view === 'sheet' && sheet !== undefined ? (
          <Picture src={blobUrl(sheet.sha256, sheet.name)} alt={`Contact sheet of ${job.name}`} />
        ) : (
          <LastFrame job={job} lastFrame={lastFrame} onOpenFrame={onOpenFrame} />
        )}
      </div>
      {offered.length > 1 && (
        <div className="stage-views" role="group" aria-label="What to show">
          {offered.map((option) => (
            <button key={option} type="button" aria-pressed={option === view} onClick={() => setChosen(option)}>
              <Icon name={views[option].icon} />
              {views[option].label}
            </button>
          ))}
        </div>
      )}
    </section>
  )
}

function Video({ video, name }: { video: JobOutput; name: string }) {
  return (
    // Rendered frames have no sound, so there is nothing to caption.
    // oxlint-disable-next-line jsx-a11y/media-has-caption
    <video
      controls
      loop
      muted
      playsInline
      preload="metadata"
      aria-label={`Video of ${name}`}
      src={blobUrl(video.sha256, video.name)}
    />
  )
}

function LastFrame({ job, lastFrame, onOpenFrame }: StageProps) {
  const source = useSteadySource(sourceOf(lastFrame, job.thumbnail))
  const number = job.lastFrame
  if (number === null) {
    const empty = isEnded(job.state) ? 'No frame was rendered' : 'The first frame appears here'
    return <Picture src={undefined} alt="" empty={empty} />
  }
  return (
    <button type="button" className="stage-frame" aria-label={`Frame ${number}`} onClick={() => onOpenFrame(number)}>
      <Picture src={source} alt={`Frame ${number}`} />
      <span className="stage-caption numeric" aria-hidden="true">
        Frame {number}
        <Icon name="expand" size={14} />
      </span>
    </button>
  )
}

function sourceOf(info: FrameInfo | undefined, thumbnail: string | null): string | undefined {
  const file = info?.file
  if (file != null && isShownByBrowsers(file.name) && file.size <= largestFrame) return blobUrl(file.sha256, file.name)
  const small = info?.thumbnail ?? thumbnail
  return small === null ? undefined : thumbnailUrl(small)
}

/** The picture before stays until the next is here, so that the stage never flashes empty between two frames. */
function useSteadySource(source: string | undefined): string | undefined {
  const [ready, setReady] = useState<string>()
  useEffect(() => {
    if (source === undefined) return
    const image = new Image()
    image.addEventListener('load', () => setReady(source))
    image.addEventListener('error', () => setReady(source))
    image.src = source
    return () => {
      image.src = ''
    }
  }, [source])
  return source === undefined ? undefined : ready
}
