import type { LogLine } from '@backlot/contract/schemas/jobs'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { batch } from '../../../api/batch.ts'
import { usePollWhenLost, useTopic } from '../../../api/live.tsx'
import { appendLines, type LogPages } from '../../../api/patch-log.ts'
import { patch } from '../../../api/patch.ts'
import { logQuery } from '../../../api/queries.ts'
import { formatCount } from '../../../format/numbers.ts'
import { formatClock } from '../../../format/time.ts'
import { Button } from '../../../ui/button.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { NotLoaded } from '../../../ui/not-loaded.tsx'
import { atLeast, type LogLevel, logLevels } from './log-level.ts'
import './log-view.css'

const lineHeight = 20

/** Blender's log as it is written. It follows its end until one scrolls up. */
export function LogView({ jobId }: { jobId: string }) {
  const log = useInfiniteQuery({ ...logQuery(jobId), refetchInterval: usePollWhenLost() })
  useFollowedLog(jobId)
  const [level, setLevel] = useState<LogLevel>('debug')
  const [isFollowing, setFollowing] = useState(true)
  const lines = useMemo(() => log.data?.pages.toReversed().flatMap(({ items }) => items), [log.data])
  const shown = useMemo(() => lines?.filter((line) => atLeast(line.level, level)), [lines, level])

  if (shown === undefined) return <NotLoaded query={log} label="Loading the log" rows={8} height="1.25rem" />
  return (
    <section aria-label="Log">
      <div className="log-bar">
        <label>
          Show
          <select value={level} onChange={(event) => setLevel(event.target.value as LogLevel)}>
            {Object.entries(logLevels).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <span className="muted numeric">
          {formatCount(shown.length)} of {formatCount(lines?.length ?? 0)} lines
        </span>
        {log.hasNextPage && (
          <Button size="s" busy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            Load earlier lines
          </Button>
        )}
        <Button
          size="s"
          icon={isFollowing ? 'pause' : 'down'}
          className="log-follow"
          onClick={() => setFollowing((was) => !was)}
        >
          {isFollowing ? 'Pause' : 'Follow'}
        </Button>
      </div>
      {shown.length === 0 ? (
        <EmptyState icon="film" title={level === 'debug' ? 'Nothing is logged yet' : 'No line is that serious'}>
          {level === 'debug' && <p>Lines appear as soon as a worker has opened the scene.</p>}
        </EmptyState>
      ) : (
        <Lines lines={shown} isFollowing={isFollowing} onFollow={setFollowing} />
      )}
    </section>
  )
}

interface LinesProps {
  lines: readonly LogLine[]
  /** The end stays in sight while lines come in. */
  isFollowing: boolean
  /** The person scrolled to the end, or away from it. */
  onFollow: (isFollowing: boolean) => void
}

function Lines({ lines, isFollowing, onFollow }: LinesProps) {
  const box = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => lineHeight,
    getItemKey: (index) => lines[index]?.seq ?? index,
    overscan: 20,
  })

  const lastSeq = lines.at(-1)?.seq
  useEffect(() => {
    if (isFollowing && box.current !== null) box.current.scrollTop = box.current.scrollHeight
  }, [isFollowing, lastSeq])

  // Earlier lines push the others down: what is read stays where it is.
  const firstSeq = lines[0]?.seq
  const before = useRef(firstSeq)
  useLayoutEffect(() => {
    const added = lines.findIndex(({ seq }) => seq === before.current)
    before.current = firstSeq
    if (added > 0 && !isFollowing && box.current !== null) box.current.scrollTop += added * lineHeight
    // oxlint-disable-next-line react/exhaustive-deps -- only a new beginning matters
  }, [firstSeq])

  const onScroll = () => {
    const element = box.current
    if (element === null) return
    onFollow(element.scrollHeight - element.scrollTop - element.clientHeight < lineHeight * 2)
  }

  return (
    <div
      ref={box}
      className="log-box"
      role="log"
      aria-live="off"
      aria-label="Log lines"
      // The scrolled box takes the focus, so that it can be scrolled with the keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onScroll={onScroll}
    >
      <div style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const line = lines[row.index]
          if (line === undefined) return null
          return (
            <div
              key={row.key}
              className="log-line"
              data-level={line.level}
              style={{ transform: `translateY(${row.start}px)` }}
            >
              <time dateTime={line.at}>{formatClock(line.at)}</time>
              <span className="log-level">{line.level === 'info' || line.level === 'debug' ? '' : line.level}</span>
              <span>{line.text}</span>
            </div>
          )
        })}
      </div>
    </div>
  )
}

function useFollowedLog(jobId: string): void {
  const queryClient = useQueryClient()
  const incoming = useMemo(
    () =>
      batch<LogLine[]>(200, (lists) => {
        const { queryKey } = logQuery(jobId)
        patch<LogPages>(queryClient, queryKey, (log) => appendLines(log, lists.flat()))
      }),
    [queryClient, jobId],
  )
  useEffect(() => incoming.stop, [incoming])
  useTopic('jobLog', { jobId }, ({ lines }) => incoming.add(lines))
}
