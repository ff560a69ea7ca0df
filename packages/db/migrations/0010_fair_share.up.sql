-- Fair share: who a step belongs to stands in its row, and the queue's index jumps from one person's steps to the next's.
alter table backlot.farm_steps add column project_id uuid, add column owner_id uuid;
update backlot.farm_steps s set project_id = j.project_id, owner_id = j.owner_id
from backlot.jobs j where j.job_id = s.job_id;
alter table backlot.farm_steps
  alter column project_id set not null,
  alter column owner_id set not null,
  -- Ascending, as the columns behind it in the index: only so can one comparison of rows find the next person.
  add column urgency smallint not null generated always as (-priority) stored,
  -- Columns of their own, so that counting up and down touches no index.
  add column busy boolean not null generated always as (running > 0) stored;
drop index backlot.farm_steps_queue;
create index farm_steps_queue on backlot.farm_steps
  (class_id, urgency, tenant_id, project_id, owner_id, queued_at, step_id) where leasable;
create index farm_steps_busy on backlot.farm_steps (tenant_id, project_id, owner_id) where busy;
