import { errorTable, isErrorCode } from '@backlot/contract/errors'
import type { JobDetail, TaskInfo } from '@backlot/contract/schemas/jobs'
import { isEnded } from '@backlot/contract/states'
import { stepRegistry } from '@backlot/contract/steps/registry'
import { useInfiniteQuery } from '@tanstack/react-query'
import { tasksQuery } from '../../api/queries.ts'
import { formatMany } from '../../format/numbers.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { NotLoaded } from '../../ui/not-loaded.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { attemptLook, taskLook } from '../../ui/state-look.ts'
import { Elapsed, RelativeTime } from '../../ui/time.tsx'
import './tasks-view.css'

/** Tasks have no topic of their own on the hub: while they change, they are read again so often. Milliseconds. */
const readAgain = 4_000

export function TasksView({ job }: { job: JobDetail }) {
  const tasks = useInfiniteQuery({
    ...tasksQuery(job.jobId),
    refetchInterval: isEnded(job.state) ? false : readAgain,
  })
  const items = tasks.data?.pages.flatMap((page) => page.items)
  if (items === undefined) return <NotLoaded query={tasks} label="Loading the tasks" rows={6} height="2.75rem" />
  if (items.length === 0) return <EmptyState icon="grid" title="There are no tasks yet" />
  return (
    <section aria-label="Tasks">
      <ul className="tasks">
        {items.map((task) => (
          <Task key={task.taskId} task={task} />
        ))}
      </ul>
      {tasks.hasNextPage && (
        <p className="load-more">
          <Button busy={tasks.isFetchingNextPage} onClick={() => void tasks.fetchNextPage()}>
            Load more tasks
          </Button>
        </p>
      )}
    </section>
  )
}

function Task({ task }: { task: TaskInfo }) {
  const worker = task.worker ?? task.attempts.at(-1)?.worker
  return (
    <li>
      {/* What failed is open from the start: it is what one came for. */}
      <details open={task.state === 'failed'}>
        <summary>
          <span className="task-name numeric">
            {stepRegistry[task.step].title}
            {task.frames !== null && ` ${task.frames}`}
          </span>
          <StateBadge look={taskLook[task.state]} plain />
          <span className="muted truncate">{worker}</span>
          <span className="muted numeric">{formatMany(task.attempts.length, 'attempt')}</span>
        </summary>
        {task.attempts.length === 0 && <p className="task-none muted">No worker has taken it yet.</p>}
        <ol>
          {task.attempts.map((attempt) => (
            <li key={attempt.attemptId}>
              <StateBadge look={attemptLook[attempt.state]} plain />
              <span>{attempt.worker}</span>
              <span className="muted">
                <RelativeTime at={attempt.startedAt} />
              </span>
              <span className="muted numeric">
                <Elapsed from={attempt.startedAt} to={attempt.endedAt} />
              </span>
              {attempt.error !== null && <AttemptError {...attempt.error} />}
            </li>
          ))}
        </ol>
      </details>
    </li>
  )
}

function AttemptError({ code, message }: { code: string; message: string }) {
  return (
    <div className="attempt-error">
      <p>{message}</p>
      {isErrorCode(code) && <p className="muted">{errorTable[code].advice}</p>}
      <p className="muted">
        <code>{code}</code>
      </p>
    </div>
  )
}
