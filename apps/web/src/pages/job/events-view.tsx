import type { PipelineEvent } from '@backlot/contract/schemas/jobs'
import { stepRegistry } from '@backlot/contract/steps/registry'
import { useInfiniteQuery } from '@tanstack/react-query'
import { eventsQuery } from '../../api/queries.ts'
import { formatClock, formatDuration, formatExact } from '../../format/time.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { NotLoaded } from '../../ui/not-loaded.tsx'
import type { Tone } from '../../ui/state-look.ts'
import './events-view.css'

export function EventsView({ jobId }: { jobId: string }) {
  const events = useInfiniteQuery(eventsQuery(jobId))
  const items = events.data?.pages.flatMap((page) => page.items)
  if (items === undefined) return <NotLoaded query={events} label="Loading the events" rows={6} height="1.75rem" />
  if (items.length === 0) return <EmptyState icon="info" title="Nothing has happened yet" />
  return (
    <section aria-label="Events">
      <ol className="events">
        {items.map((event) => (
          <Event key={event.eventId} event={event} />
        ))}
      </ol>
      {events.hasNextPage && (
        <p className="load-more">
          <Button busy={events.isFetchingNextPage} onClick={() => void events.fetchNextPage()}>
            Load later events
          </Button>
        </p>
      )}
    </section>
  )
}

function Event({ event }: { event: PipelineEvent }) {
  const { tone, icon, word } = lookOf(event)
  return (
    <li className={`tone-${tone}`}>
      <time dateTime={event.at} title={formatExact(event.at)} className="muted numeric">
        {formatClock(event.at)}
      </time>
      <span className="event-icon">
        <Icon name={icon} />
        {word !== undefined && <span className="visually-hidden">{word}</span>}
      </span>
      <span className="event-step">{event.step === null ? '' : stepRegistry[event.step].title}</span>
      <span>{event.message}</span>
      <span className="muted numeric event-time">
        {event.durationSeconds !== null && formatDuration(event.durationSeconds)}
      </span>
    </li>
  )
}

function lookOf({ kind, level }: PipelineEvent): { tone: Tone; icon: IconName; word?: string } {
  if (kind === 'step_error' || level === 'error') return { tone: 'bad', icon: 'alert', word: 'Error' }
  if (level === 'warning') return { tone: 'warn', icon: 'alert', word: 'Warning' }
  if (kind === 'step_done') return { tone: 'good', icon: 'check' }
  if (kind === 'step_start') return { tone: 'running', icon: 'play' }
  return { tone: 'idle', icon: 'info' }
}
