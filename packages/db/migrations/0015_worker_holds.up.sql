alter table backlot.workers
  -- Why it gets no work although it is there: {kind: {since, reason}}. person, hours, failures: none at all · gpu: none
  -- that needs one.
  add column holds jsonb not null default '{}',
  -- Of the week, when it takes work; null: always.
  add column hours jsonb,
  -- Held back for its failures, it is asked for a test render then.
  add column test_at timestamptz,
  -- What it failed before that does not count against it any more.
  add column forgiven_at timestamptz;
alter table backlot.workers
  add column takes_work boolean not null generated always as (
    state = 'online' and not holds ?| array['person', 'hours', 'failures']
  ) stored;
create index workers_to_test on backlot.workers (test_at) where test_at is not null;
create index workers_with_hours on backlot.workers (worker_id) where hours is not null;
-- Of the last failure; null: the worker was lost.
alter table backlot.worker_strikes add column cause text;
create index worker_strikes_kept_off on backlot.worker_strikes (kept_off_at) where kept_off_at is not null;
