-- How much may run at once, and how much of the farm somebody gets. Few rows; where a tenant has none, leasing asks
-- nothing of this table but that.
create table backlot.farm_limits (
  tenant_id uuid not null references backlot.tenants on delete cascade,
  -- project, person: a weight only · pool: a named part of the farm that jobs are submitted to · licence: tokens of a name
  kind text not null check (kind in ('tenant', 'project', 'person', 'pool', 'licence')),
  -- Of a pool or a licence; the id of a project or a person; empty for the tenant.
  name text not null check (length(name) <= 63),
  -- Tasks that run at once: at most; null: as many as there are workers.
  most integer check (most >= 0),
  -- Of a pool: so many come before everything else.
  least integer not null default 0 check (least >= 0),
  -- Of the farm, where shares compete: twice the weight, twice the tasks.
  weight real not null default 1 check (weight > 0),
  primary key (tenant_id, kind, name)
);
select backlot.enable_tenant_isolation('backlot.farm_limits');

alter table backlot.farm_steps
  add column pool text,
  -- One token of each for every task that runs.
  add column licences text[] not null default '{}',
  -- Of the job's tasks at once; null: no limit of its own.
  add column most_running integer check (most_running > 0);
