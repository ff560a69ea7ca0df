-- A step whose tasks wait for a while, as for a licence: the clock of the servers ends it, so that the queue's index
-- needs none.
alter table backlot.farm_steps
  add column not_before timestamptz,
  alter column leasable set expression as (
    not blocked and not paused and not cancelled and not_before is null and (requeued > 0 or next_place < open_until)
  );
create index farm_steps_waiting on backlot.farm_steps (not_before) where not_before is not null;
