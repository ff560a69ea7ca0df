drop index backlot.worker_strikes_kept_off;
alter table backlot.worker_strikes drop column cause;
alter table backlot.workers
  drop column takes_work, drop column holds, drop column hours, drop column test_at, drop column forgiven_at;
