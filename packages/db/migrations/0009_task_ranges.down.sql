-- Tasks of one length again. A step whose tasks are not (or whose frames are not in order) becomes one task with all its
-- frames: what is rendered stays, and the rest is rendered by whoever takes that task. Who works on it now is too late.

alter table backlot.farm_steps add column next_position integer, add column task_count integer;
alter table backlot.tasks add column position integer;

create temporary table uneven on commit drop as
select s.step_id, s.tasks_made > 0 as made,
  case
    when s.frames_completed = s.frame_count then 'completed'
    when s.ended then 'failed'
    else 'queued'
  end as fate,
  (select t.task_id from backlot.tasks t where t.step_id = s.step_id order by t.first_place limit 1) as task_id
from backlot.farm_steps s
where s.frame_count > 0 and (
  s.chunk is null or s.frame_order <> 'linear'
  or exists (
    select from backlot.tasks t where t.step_id = s.step_id
      and (t.first_place % s.chunk <> 0 or t.length <> least(s.chunk, s.frame_count - t.first_place))
  )
);
update backlot.attempts a set state = 'lost', ended_at = a.leased_at
from uneven u where a.step_id = u.step_id and a.state = 'running';
update backlot.attempts a set task_id = u.task_id from uneven u where a.step_id = u.step_id;
delete from backlot.tasks t using uneven u where t.step_id = u.step_id and t.task_id <> u.task_id;
update backlot.tasks t set
  first_place = 0, fence = t.fence + (select coalesce(max(a.fence), 0) from backlot.attempts a where a.task_id = t.task_id),
  failures = 0, losses = 0, frames_done = s.frames_completed, state = u.fate,
  frames_failed = case when u.fate = 'failed' then s.frame_count - s.frames_completed else 0 end
from uneven u join backlot.farm_steps s using (step_id) where t.task_id = u.task_id;

-- The counters' constraint speaks of columns that go, and holds for no state in between.
alter table backlot.farm_steps drop constraint farm_steps_no_task_lost;
update backlot.farm_steps s set
  chunk = s.frame_count, running = 0, tasks_made = u.made::integer,
  completed = (u.made and u.fate = 'completed')::integer, failed = (u.made and u.fate = 'failed')::integer,
  requeued = (u.made and u.fate = 'queued')::integer,
  frames_failed = case when u.fate = 'failed' then s.frame_count - s.frames_completed else 0 end
from uneven u where s.step_id = u.step_id;

update backlot.farm_steps set
  next_position = tasks_made,
  task_count = case when frame_count = 0 then 1 else ceil(frame_count::numeric / chunk) end;
update backlot.tasks t set position = t.first_place / s.chunk from backlot.farm_steps s where s.step_id = t.step_id;

alter table backlot.tasks
  alter column position set not null,
  drop constraint tasks_step_id_first_place_key,
  add constraint tasks_step_id_position_key unique (step_id, position);
drop index backlot.tasks_waiting;
alter table backlot.tasks drop column first_place, drop column length;
create index tasks_waiting on backlot.tasks (step_id, position) where waiting;

alter table backlot.farm_steps
  alter column chunk set not null,
  alter column next_position set not null,
  alter column next_position set default 0,
  alter column task_count set not null,
  alter column leasable set expression as (
    not blocked and not paused and not cancelled and (requeued > 0 or next_position < task_count)
  ),
  add constraint farm_steps_no_task_lost check (
    requeued >= 0 and running >= 0 and completed >= 0 and failed >= 0
    and requeued + running + completed + failed = next_position and next_position <= task_count
  );
alter table backlot.farm_steps
  drop column ended, drop column frame_order, drop column task_seconds, drop column tasks_made, drop column next_place,
  drop column open_until;
