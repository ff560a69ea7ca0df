-- The farm: workers, and the work of every job as steps → tasks → attempts.
--
-- A task's row is made when the task is leased for the first time: until then a step's frames are a range behind
-- `next_position`. So 1,000,000 frames register as one row, and one flag cancels them.
-- Every change to a job's work is made under a lock of its row in farm_jobs (ids in ascending order).

-- Of the whole installation: tenant_id null serves every tenant. Only the background role sees the table; people see
-- their workers through visible_workers().
create table backlot.workers (
  worker_id uuid primary key default uuidv7(),
  tenant_id uuid references backlot.tenants,
  name text not null,
  state text not null check (state in ('online', 'draining', 'offline')),
  version text not null,
  platform text not null,
  slots integer not null,
  tags text[] not null,
  blenders jsonb not null,
  can_install boolean not null,
  probe jsonb,
  cpus integer not null,
  memory_bytes bigint not null,
  -- The requirement classes that this worker meets, kept when either changes: leasing compares numbers.
  class_ids integer[] not null default '{}',
  enrolled_at timestamptz not null,
  last_seen_at timestamptz
) with (fillfactor = 70);
create index workers_by_tenant on backlot.workers (tenant_id);
grant select, insert, update, delete on backlot.workers to backlot_background;
grant select on backlot.workers to backlot_global_admin;

-- The workers that serve the tenant of the transaction; none without one.
create function backlot.visible_workers() returns setof backlot.workers
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select w.* from backlot.workers w, (select nullif(current_setting('app.tenant_id', true), '')::uuid) as own(tenant_id)
  where own.tenant_id is not null and (w.tenant_id is null or w.tenant_id = own.tenant_id)
$$;
revoke all on function backlot.visible_workers from public;
grant execute on function backlot.visible_workers to backlot_app;

-- What steps ask for, each different requirement once, in the whole installation.
create table backlot.requirement_classes (
  class_id integer primary key generated always as identity,
  hash text not null unique,
  requirement jsonb not null
);
grant select, insert on backlot.requirement_classes to backlot_background;

-- What the farm must know of a job, and the lock under which its work changes. Hardly ever updated.
-- Every reference carries the tenant, so that nothing can point into another one.
create table backlot.farm_jobs (
  job_id uuid primary key,
  tenant_id uuid not null,
  owner_id uuid not null,
  name text not null,
  tree_id text not null,
  blender text,
  file_version integer not null,
  max_retries integer not null,
  unique (tenant_id, job_id),
  foreign key (tenant_id, job_id) references backlot.jobs (tenant_id, job_id) on delete cascade
);

create table backlot.farm_steps (
  step_id uuid primary key default uuidv7(),
  tenant_id uuid not null,
  job_id uuid not null,
  kind text not null,
  ordinal smallint not null,
  parameters jsonb not null,
  class_id integer not null references backlot.requirement_classes,
  priority smallint not null,
  queued_at timestamptz not null,
  -- [[first, last, step], …], ascending and disjoint; empty for a step without frames.
  spans jsonb not null,
  chunk integer not null check (chunk > 0),
  frame_count integer not null,
  task_count integer not null,
  blocked boolean not null,
  paused boolean not null default false,
  cancelled boolean not null default false,
  -- An attempt holds or held a task since the step was last (re)queued.
  begun boolean not null default false,
  -- Tasks below this number have a row.
  next_position integer not null default 0,
  requeued integer not null default 0,
  running integer not null default 0,
  completed integer not null default 0,
  failed integer not null default 0,
  frames_completed integer not null default 0,
  frames_failed integer not null default 0,
  last_frame integer,
  last_thumbnail text,
  recent_seconds real[] not null default '{}',
  leasable boolean not null generated always as (
    not blocked and not paused and not cancelled and (requeued > 0 or next_position < task_count)
  ) stored,
  unique (job_id, kind),
  unique (tenant_id, step_id),
  foreign key (tenant_id, job_id) references backlot.farm_jobs (tenant_id, job_id) on delete cascade,
  constraint farm_steps_no_task_lost check (
    requeued >= 0 and running >= 0 and completed >= 0 and failed >= 0
    and requeued + running + completed + failed = next_position and next_position <= task_count
  ),
  constraint farm_steps_no_frame_doubled check (
    frames_completed >= 0 and frames_failed >= 0 and frames_completed + frames_failed <= frame_count
  )
) with (fillfactor = 50);
-- The order of the queue. `leasable` seldom changes, so the counters' updates stay heap-only.
create index farm_steps_queue on backlot.farm_steps (class_id, priority desc, queued_at, step_id) where leasable;

create table backlot.tasks (
  task_id uuid primary key default uuidv7(),
  tenant_id uuid not null,
  job_id uuid not null,
  step_id uuid not null,
  position integer not null,
  -- `blocked` and `cancelled` are a queued task in a blocked or cancelled step: never stored, see task-view.ts.
  state text not null check (state in ('queued', 'leased', 'completed', 'failed')),
  fence integer not null default 0,
  failures integer not null default 0,
  losses integer not null default 0,
  frames_done integer not null default 0,
  -- Frames given up with the task.
  frames_failed integer not null default 0,
  -- A column of its own, so that leased → completed touches no index.
  waiting boolean not null generated always as (state = 'queued') stored,
  unique (step_id, position),
  unique (tenant_id, task_id),
  foreign key (tenant_id, step_id) references backlot.farm_steps (tenant_id, step_id) on delete cascade
) with (fillfactor = 70);
create index tasks_waiting on backlot.tasks (step_id, position) where waiting;

create table backlot.attempts (
  attempt_id uuid primary key default uuidv7(),
  tenant_id uuid not null,
  job_id uuid not null,
  step_id uuid not null,
  task_id uuid not null,
  worker_id uuid not null,
  worker_name text not null,
  fence integer not null,
  state text not null check (state in ('running', 'completed', 'failed', 'lost', 'cancelled')),
  leased_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  frame integer,
  fraction real not null default 0,
  message text not null default '',
  beat bigint not null default 0,
  frames_done integer not null default 0,
  cause text,
  error_code text,
  error_message text,
  log_lines integer not null default 0,
  foreign key (tenant_id, task_id) references backlot.tasks (tenant_id, task_id) on delete cascade
) with (fillfactor = 70);
-- One live lease per task, whatever the code does.
create unique index attempts_live_task on backlot.attempts (task_id) where state = 'running';
create index attempts_live_worker on backlot.attempts (worker_id) where state = 'running';
create index attempts_live_job on backlot.attempts (job_id) where state = 'running';
create index attempts_by_task on backlot.attempts (task_id, attempt_id);

-- A row is a finished frame, whole and in storage: the key is what makes it count exactly once.
create table backlot.frames (
  step_id uuid not null,
  frame integer not null,
  tenant_id uuid not null,
  job_id uuid not null,
  attempt_id uuid not null,
  worker_name text not null,
  name text not null,
  sha256 text not null,
  size bigint not null,
  thumbnail text,
  render_seconds real not null,
  blender text not null,
  engine text not null,
  device text not null,
  samples integer,
  warnings text[] not null,
  done_at timestamptz not null,
  primary key (step_id, frame),
  foreign key (tenant_id, step_id) references backlot.farm_steps (tenant_id, step_id) on delete cascade
);
create index frames_by_file on backlot.frames (step_id, sha256);

create table backlot.outputs (
  step_id uuid primary key,
  tenant_id uuid not null,
  job_id uuid not null,
  attempt_id uuid not null,
  kind text not null check (kind in ('video', 'contact_sheet')),
  name text not null,
  sha256 text not null,
  size bigint not null,
  done_at timestamptz not null,
  foreign key (tenant_id, step_id) references backlot.farm_steps (tenant_id, step_id) on delete cascade
);
create index outputs_by_job on backlot.outputs (job_id);

-- Lines are numbered per job. The head's row lock makes the order of numbers the order of commits: a reader that
-- continues behind a line never misses one.
create table backlot.log_heads (
  job_id uuid primary key,
  tenant_id uuid not null,
  last_seq bigint not null,
  foreign key (tenant_id, job_id) references backlot.farm_jobs (tenant_id, job_id) on delete cascade
) with (fillfactor = 50);

create table backlot.log_lines (
  job_id uuid not null,
  seq bigint not null,
  tenant_id uuid not null,
  at timestamptz not null,
  attempt_id uuid not null,
  task_id uuid not null,
  level text not null check (level in ('debug', 'info', 'warning', 'error')),
  text text not null,
  primary key (job_id, seq),
  foreign key (tenant_id, job_id) references backlot.farm_jobs (tenant_id, job_id) on delete cascade
);

select backlot.enable_tenant_isolation('backlot.farm_jobs');
select backlot.enable_tenant_isolation('backlot.farm_steps');
select backlot.enable_tenant_isolation('backlot.tasks');
select backlot.enable_tenant_isolation('backlot.attempts');
select backlot.enable_tenant_isolation('backlot.frames');
select backlot.enable_tenant_isolation('backlot.outputs');
select backlot.enable_tenant_isolation('backlot.log_heads');
select backlot.enable_tenant_isolation('backlot.log_lines');
