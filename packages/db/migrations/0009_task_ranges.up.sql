-- Tasks are ranges of their own length. A step's frames have an order (farm's frame-order.ts); their **places** in it
-- are handed out from the front, and a task holds `length` of them from `first_place` on. So a task can be as long as
-- the frame times say, and a step whose tasks are not made yet is still one row.

alter table backlot.farm_steps
  add column frame_order text not null default 'linear' check (frame_order in ('linear', 'scout', 'refine')),
  -- How long a task should take, where `chunk` leaves its length to the frame times. Seconds.
  add column task_seconds real not null default 120 check (task_seconds > 0),
  -- Tasks that have a row.
  add column tasks_made integer,
  -- Places below it are in a task.
  add column next_place integer,
  -- Places below it may be handed out: all of them, or only the scouts until a person has approved.
  add column open_until integer;

update backlot.farm_steps set
  tasks_made = next_position,
  next_place = case when frame_count = 0 then next_position else least(next_position::bigint * chunk, frame_count) end,
  open_until = greatest(frame_count, 1);

alter table backlot.farm_steps
  -- Null: as many frames as fit in `task_seconds`.
  alter column chunk drop not null,
  alter column tasks_made set not null,
  alter column tasks_made set default 0,
  alter column next_place set not null,
  alter column next_place set default 0,
  alter column open_until set not null,
  drop constraint farm_steps_no_task_lost,
  add constraint farm_steps_no_task_lost check (
    requeued >= 0 and running >= 0 and completed >= 0 and failed >= 0
    and requeued + running + completed + failed = tasks_made
    and tasks_made <= next_place and next_place <= open_until and open_until <= greatest(frame_count, 1)
  ),
  alter column leasable set expression as (
    not blocked and not paused and not cancelled and (requeued > 0 or next_place < open_until)
  );
alter table backlot.farm_steps
  drop column next_position,
  drop column task_count,
  -- Every task is made, and done or given up.
  add column ended boolean not null generated always as (
    next_place = greatest(frame_count, 1) and completed + failed = tasks_made
  ) stored;

alter table backlot.tasks add column first_place integer, add column length integer check (length > 0);
update backlot.tasks t set
  first_place = case when s.frame_count = 0 then t.position else t.position * s.chunk end,
  length = case when s.frame_count = 0 then 1 else least(s.chunk, s.frame_count - t.position * s.chunk) end
from backlot.farm_steps s where s.step_id = t.step_id;
alter table backlot.tasks
  alter column first_place set not null,
  alter column length set not null,
  add constraint tasks_step_id_first_place_key unique (step_id, first_place);
drop index backlot.tasks_waiting;
alter table backlot.tasks drop column position;
create index tasks_waiting on backlot.tasks (step_id, first_place) where waiting;
