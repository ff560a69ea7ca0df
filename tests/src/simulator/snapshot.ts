import type { FailureCause } from '@backlot/contract/schemas/farm'
import type { AttemptState, JobState, StepState, TaskState } from '@backlot/contract/states'
import type { TestDatabase } from '@backlot/db/testing/cluster-database'

/** Everything that the invariants look at, read in one statement. */
export interface Snapshot {
  jobs: { id: string; state: JobState; steps: Record<string, StepState>; events: number }[]
  steps: StepRow[]
  tasks: TaskRow[]
  attempts: AttemptRow[]
  frames: { job: string; step: string; frame: number; attempt: string }[]
  limits: { kind: 'tenant' | 'pool' | 'licence'; name: string; most: number }[]
  strikes: { worker: string; step: string; kept_off_at: string | null }[]
  workers: { id: string; state: string; slots: number }[]
  /** Every single change of a state since the last snapshot, in the order in which they were made. */
  moves: { subject: string; id: string; from: string; to: string }[]
}

export interface StepRow {
  id: string
  job: string
  kind: string
  priority: number
  owner: string
  frame_count: number
  next_place: number
  tasks_made: number
  requeued: number
  running: number
  completed: number
  failed: number
  frames_completed: number
  frames_failed: number
  leasable: boolean
  ended: boolean
  paused: boolean
  cancelled: boolean
  given_up: boolean
  most_failed: number | null
  blocked: boolean
  begun: boolean
  pool: string | null
  licences: string[]
  most_running: number | null
}

export interface TaskRow {
  id: string
  step: string
  job: string
  first_place: number
  length: number
  state: TaskState
  fence: number
  failures: number
  losses: number
  frames_done: number
  frames_failed: number
}

export interface AttemptRow {
  id: string
  task: string
  step: string
  job: string
  worker: string
  fence: number
  state: AttemptState
  leased_at: string
  expires_at: string
  frames_done: number
  cause: FailureCause | null
}

/** Lets the database itself write down every change of a state: also those that another change of the same step hides. */
export const observe = `
  create table backlot.sim_moves (n bigint generated always as identity, subject text, id text, "from" text, "to" text);
  create function backlot.sim_note() returns trigger language plpgsql security definer as $$
  begin
    if tg_table_name = 'jobs' then
      if old.state <> new.state then
        insert into backlot.sim_moves (subject, id, "from", "to") values ('job', new.job_id, old.state, new.state);
      end if;
      insert into backlot.sim_moves (subject, id, "from", "to")
      select 'step', o ->> 'name', o ->> 'status', n ->> 'status'
      from jsonb_array_elements(old.document -> 'steps') o
      join jsonb_array_elements(new.document -> 'steps') n on n ->> 'name' = o ->> 'name'
      where o ->> 'status' <> n ->> 'status';
    elsif old.state <> new.state then
      insert into backlot.sim_moves (subject, id, "from", "to")
      values (tg_argv[0], to_jsonb(new) ->> (tg_argv[0] || '_id'), old.state, new.state);
    end if;
    return null;
  end $$;
  create trigger sim after update on backlot.jobs for each row execute function backlot.sim_note('job');
  create trigger sim after update on backlot.tasks for each row execute function backlot.sim_note('task');
  create trigger sim after update on backlot.attempts for each row execute function backlot.sim_note('attempt');
  create trigger sim after update on backlot.workers for each row execute function backlot.sim_note('worker')`

/** Between two schedules of one database. Requirement classes stay: they only grow, and every schedule has the same. */
export const forget = `
  truncate backlot.jobs, backlot.farm_jobs, backlot.farm_steps, backlot.tasks, backlot.attempts, backlot.frames,
    backlot.outputs, backlot.log_heads, backlot.log_lines, backlot.worker_strikes, backlot.pipeline_events,
    backlot.workers, backlot.farm_limits, backlot.sim_moves cascade`

const read = `
  with moved as (delete from backlot.sim_moves returning *)
  select json_build_object(
    'jobs', (select coalesce(json_agg(json_build_object('id', job_id, 'state', state,
        'steps', (select json_object_agg(s ->> 'name', s ->> 'status') from jsonb_array_elements(document -> 'steps') s),
        'events', (select count(*) from backlot.pipeline_events e where e.job_id = j.job_id)) order by job_id), '[]')
      from backlot.jobs j),
    'steps', (select coalesce(json_agg(json_build_object('id', step_id, 'job', job_id, 'kind', kind,
        'priority', priority, 'owner', owner_id, 'frame_count', frame_count, 'next_place', next_place, 'tasks_made', tasks_made, 'requeued', requeued,
        'running', running, 'completed', completed, 'failed', failed, 'frames_completed', frames_completed,
        'frames_failed', frames_failed, 'leasable', leasable, 'ended', ended, 'paused', paused,
        'cancelled', cancelled, 'given_up', given_up, 'most_failed', most_failed, 'blocked', blocked, 'begun', begun, 'pool', pool, 'licences', licences,
        'most_running', most_running) order by step_id), '[]') from backlot.farm_steps),
    'tasks', (select coalesce(json_agg(json_build_object('id', task_id, 'step', step_id, 'job', job_id,
        'first_place', first_place, 'length', length, 'state', state, 'fence', fence, 'failures', failures,
        'losses', losses, 'frames_done', frames_done, 'frames_failed', frames_failed)
        order by step_id, first_place), '[]') from backlot.tasks),
    'attempts', (select coalesce(json_agg(json_build_object('id', attempt_id, 'task', task_id, 'step', step_id,
        'job', job_id, 'worker', worker_id, 'fence', fence, 'state', state, 'leased_at', leased_at, 'expires_at', expires_at,
        'frames_done', frames_done, 'cause', cause) order by attempt_id), '[]') from backlot.attempts),
    'frames', (select coalesce(json_agg(json_build_object('job', job_id, 'step', step_id, 'frame', frame,
        'attempt', attempt_id) order by step_id, frame), '[]') from backlot.frames),
    'limits', (select coalesce(json_agg(json_build_object('kind', kind, 'name', name, 'most', most)), '[]')
      from backlot.farm_limits where most is not null),
    'strikes', (select coalesce(json_agg(json_build_object('worker', worker_id, 'step', step_id,
        'kept_off_at', kept_off_at)), '[]') from backlot.worker_strikes),
    'workers', (select coalesce(json_agg(json_build_object('id', worker_id, 'state', state, 'slots', slots) order by worker_id), '[]')
      from backlot.workers),
    'moves', (select coalesce(json_agg(json_build_object('subject', subject, 'id', id, 'from', "from", 'to', "to")
        order by n), '[]') from moved)
  ) as snapshot`

export async function takeSnapshot({ admin }: Pick<TestDatabase, 'admin'>): Promise<Snapshot> {
  return ((await admin<{ snapshot: Snapshot }>(read))[0] as { snapshot: Snapshot }).snapshot
}
