import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { ErrorPanel } from '../../../ui/error-panel.tsx'
import { FrameCell } from './frame-cell.tsx'
import { type FramePlan, nearestIndex } from './frame-plan.ts'
import { GoToFrame } from './go-to-frame.tsx'
import { useFrames } from './use-frames.ts'
import './frame-grid.css'

const gap = 12
const narrowestCell = 148
const caption = 30
/** From so many frames on, scrolling alone is no way to find one. */
const manyFrames = 200

interface FrameGridProps {
  jobId: string
  jobName: string
  plan: FramePlan
  onOpen: (frame: number) => void
}

/** Every frame of the job as a picture. Only the rows on the screen exist, so 100,000 frames scroll like 100. */
export function FrameGrid({ jobId, jobName, plan, onOpen }: FrameGridProps) {
  const list = useRef<HTMLUListElement>(null)
  const { width, top } = usePlace(list)
  const columns = Math.max(2, Math.floor((width + gap) / (narrowestCell + gap)))
  const cellWidth = (width - gap * (columns - 1)) / columns
  const rowHeight = Math.round((cellWidth * 9) / 16) + caption + gap

  const rows = useWindowVirtualizer({
    count: width === 0 ? 0 : Math.ceil(plan.frames.length / columns),
    estimateSize: () => rowHeight,
    scrollMargin: top,
    overscan: 3,
  })
  useEffect(() => rows.measure(), [rows, rowHeight])

  const visible = rows.getVirtualItems()
  const first = (visible[0]?.index ?? 0) * columns
  const last = ((visible.at(-1)?.index ?? 0) + 1) * columns - 1
  const frames = useFrames(jobId, plan, first, last)

  const { active, onKeyDown, focusIndex } = useRovingFocus({
    count: plan.frames.length,
    columns,
    list,
    reveal: (index) => rows.scrollToIndex(Math.floor(index / columns), { align: 'auto' }),
  })

  if (frames.error !== null) return <ErrorPanel error={frames.error} onRetry={frames.retry} />
  return (
    <>
      {plan.frames.length > manyFrames && <GoToFrame onGo={(frame) => focusIndex(nearestIndex(plan, frame))} />}
      {/* Arrow keys move among the pictures: one stop for the Tab key, however many frames there are. The list hears the
          keys of its buttons. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <ul
        ref={list}
        className="frame-grid"
        aria-label={`Frames of ${jobName}. Arrow keys move, Enter opens.`}
        style={{ height: rows.getTotalSize() }}
        onKeyDown={onKeyDown}
      >
        {visible.flatMap((row) =>
          plan.frames.slice(row.index * columns, (row.index + 1) * columns).map((frame, column) => {
            const index = row.index * columns + column
            return (
              <li
                key={frame}
                aria-setsize={plan.frames.length}
                aria-posinset={index + 1}
                style={{
                  width: cellWidth,
                  height: rowHeight - gap,
                  transform: `translate(${column * (cellWidth + gap)}px, ${row.start - top}px)`,
                }}
              >
                <FrameCell
                  frame={frame}
                  info={frames.get(frame)}
                  index={index}
                  isTabStop={index === active}
                  onOpen={onOpen}
                />
              </li>
            )
          }),
        )}
      </ul>
    </>
  )
}

/** Width of the list and its distance from the top of the page, followed as they change. */
function usePlace(list: React.RefObject<HTMLElement | null>): { width: number; top: number } {
  const [place, setPlace] = useState({ width: 0, top: 0 })
  useLayoutEffect(() => {
    const element = list.current
    if (element === null) return
    const measure = () => {
      const { width, top } = element.getBoundingClientRect()
      const next = { width, top: top + window.scrollY }
      setPlace((place) => (place.width === next.width && place.top === next.top ? place : next))
    }
    // The body's height changes when something above the list grows.
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [list])
  return place
}

interface RovingOptions {
  count: number
  columns: number
  list: React.RefObject<HTMLElement | null>
  /** Scrolls until the cell exists. */
  reveal: (index: number) => void
}

function useRovingFocus({ count, columns, list, reveal }: RovingOptions) {
  const [active, setActive] = useState(0)
  const wanted = useRef<number>(null)

  // The cell to focus may come to exist only after the scroll that `reveal` began: so after every render it is looked for.
  useEffect(() => {
    if (wanted.current === null) return
    const cell = list.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`)
    if (cell === null || cell === undefined) return
    wanted.current = null
    cell.focus({ preventScroll: true })
  })

  const focusIndex = (index: number) => {
    wanted.current = index
    setActive(index)
    reveal(index)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const focused = Number((event.target as HTMLElement).dataset['index'] ?? active)
    const next = {
      ArrowRight: focused + 1,
      ArrowLeft: focused - 1,
      ArrowDown: focused + columns,
      ArrowUp: focused - columns,
      PageDown: focused + columns * 4,
      PageUp: focused - columns * 4,
      Home: 0,
      End: count - 1,
    }[event.key]
    if (next === undefined) return
    event.preventDefault()
    focusIndex(Math.min(Math.max(next, 0), count - 1))
  }
  return { active: Math.min(active, count - 1), onKeyDown, focusIndex }
}
