alter table backlot.farm_steps
  alter column leasable set expression as (
    not blocked and not paused and not cancelled and (requeued > 0 or next_place < open_until)
  );
alter table backlot.farm_steps drop column not_before;
