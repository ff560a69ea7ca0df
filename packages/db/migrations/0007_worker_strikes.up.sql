-- Workers that fail a step again and again: a row is a row of failures without a success in between. Few, and only
-- where something fails.
create table backlot.worker_strikes (
  worker_id uuid not null,
  step_id uuid not null,
  tenant_id uuid not null,
  job_id uuid not null,
  worker_name text not null,
  failures integer not null,
  -- Of the last failure; null: the worker was lost.
  code text,
  message text,
  -- Null: it may still take tasks of the step.
  kept_off_at timestamptz,
  primary key (worker_id, step_id),
  foreign key (tenant_id, step_id) references backlot.farm_steps (tenant_id, step_id) on delete cascade
);
create index worker_strikes_by_step on backlot.worker_strikes (tenant_id, step_id);
create index worker_strikes_by_job on backlot.worker_strikes (job_id);
select backlot.enable_tenant_isolation('backlot.worker_strikes');
