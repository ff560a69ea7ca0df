drop index backlot.farm_steps_busy;
drop index backlot.farm_steps_queue;
create index farm_steps_queue on backlot.farm_steps (class_id, priority desc, queued_at, step_id) where leasable;
alter table backlot.farm_steps drop column busy, drop column urgency, drop column owner_id, drop column project_id;
