-- Jobs and their events. The job document is the truth of a job's state machine; its state is a stored column so that
-- it can be indexed (an expression on jsonb can't be, under row-level security).

create table backlot.jobs (
  job_id uuid primary key default uuidv7(),
  tenant_id uuid not null,
  project_id uuid not null,
  -- Chosen by the client: a repeated submission finds the job that it made.
  submission_id uuid not null,
  owner_id uuid not null,
  owner_name text not null,
  name text not null,
  tree_id text not null,
  settings jsonb not null,
  document jsonb not null,
  state text not null generated always as (document ->> 'state') stored,
  created_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  constraint jobs_project foreign key (tenant_id, project_id) references backlot.projects (tenant_id, id),
  constraint jobs_submission_once unique (tenant_id, submission_id),
  -- What other tables refer to, so that nothing can point into another tenant. Also the order of a tenant's list.
  constraint jobs_by_age unique (tenant_id, job_id),
  constraint jobs_state_known check (
    state in ('pending', 'queued', 'running', 'paused', 'cancelling', 'completed', 'failed', 'cancelled')
  ),
  constraint jobs_document_version check ((document ->> 'version') = '1')
);
create index jobs_by_state on backlot.jobs (tenant_id, state, job_id);
create index jobs_by_owner on backlot.jobs (tenant_id, owner_id, job_id);
create index jobs_by_project on backlot.jobs (tenant_id, project_id);
create index jobs_by_tree on backlot.jobs (tenant_id, tree_id);

create table backlot.pipeline_events (
  event_id uuid primary key default uuidv7(),
  tenant_id uuid not null,
  job_id uuid not null,
  at timestamptz not null,
  step text,
  kind text not null check (kind in ('step_start', 'step_progress', 'step_done', 'step_error', 'note')),
  level text not null check (level in ('debug', 'info', 'warning', 'error')),
  message text not null,
  duration_s double precision,
  context jsonb not null,
  foreign key (tenant_id, job_id) references backlot.jobs (tenant_id, job_id) on delete cascade
);
create index pipeline_events_by_job on backlot.pipeline_events (job_id, event_id);

select backlot.enable_tenant_isolation('backlot.jobs');
select backlot.enable_tenant_isolation('backlot.pipeline_events');
