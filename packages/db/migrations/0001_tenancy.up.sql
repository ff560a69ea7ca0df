-- Schemas, tenant isolation, and what every tenant has. Roles belong to the server, not to a database: provision.ts
-- makes them before the first migration.

create schema backlot;
grant usage on schema backlot to backlot_app, backlot_background, backlot_global_admin;

-- Makes a table a tenant's: nobody writes this by hand, and a test proves that every table has exactly this.
-- The form of the condition matters: the sub-select is evaluated once for a statement and works with an index on
-- tenant_id, while an OR, IN or EXISTS in a policy makes statements a thousand times slower. Therefore whoever sees
-- all tenants is a role with a policy of its own instead of a branch in this one.
create function backlot.enable_tenant_isolation(target regclass) returns void
language plpgsql as $$
declare
  own constant text := $c$tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)$c$;
begin
  if not exists (
    select from pg_attribute
    where attrelid = target and attname = 'tenant_id' and atttypid = 'uuid'::regtype and attnotnull
  ) then
    raise exception '% needs a column "tenant_id uuid not null"', target;
  end if;
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy tenant on %s to backlot_app using (%s) with check (%s)', target, own, own);
  execute format('create policy background on %s to backlot_background using (true) with check (true)', target);
  execute format('create policy global_admin on %s to backlot_global_admin using (true) with check (true)', target);
  execute format(
    'grant select, insert, update, delete on %s to backlot_app, backlot_background, backlot_global_admin', target);
end
$$;
revoke all on function backlot.enable_tenant_isolation from public;

create table backlot.tenants (
  tenant_id uuid primary key default uuidv7(),
  slug text not null constraint tenants_slug_unique unique,
  name text not null,
  created_at timestamptz not null
);
select backlot.enable_tenant_isolation('backlot.tenants');
revoke insert, delete on backlot.tenants from backlot_app;

create table backlot.projects (
  id uuid primary key default uuidv7(),
  tenant_id uuid not null references backlot.tenants,
  short_id text not null,
  name text not null,
  created_at timestamptz not null,
  constraint projects_short_id_unique unique (tenant_id, short_id),
  constraint projects_name_unique unique (tenant_id, name),
  -- What other tables refer to, so that nothing can point into another tenant.
  unique (tenant_id, id)
);
select backlot.enable_tenant_isolation('backlot.projects');

-- People are accounts of the installation (schema auth); here is what they may do in a tenant. A global
-- administrator's right is not a membership: it stands in global_admins.
create table backlot.memberships (
  tenant_id uuid not null references backlot.tenants,
  user_id uuid not null,
  role text not null check (role in ('client', 'artist', 'project_manager', 'tenant_admin')),
  created_at timestamptz not null,
  constraint memberships_unique primary key (tenant_id, user_id)
);
create index memberships_by_user on backlot.memberships (user_id, created_at);
select backlot.enable_tenant_isolation('backlot.memberships');

create table backlot.global_admins (
  user_id uuid primary key,
  created_at timestamptz not null
);
grant select, insert on backlot.global_admins to backlot_background;

-- Who did what. Rows are added and never changed.
create table backlot.audit (
  id uuid primary key default uuidv7(),
  tenant_id uuid not null references backlot.tenants,
  at timestamptz not null,
  actor_id uuid,
  actor_name text not null,
  action text not null,
  details jsonb not null default '{}',
  address text not null,
  request_id text not null
);
create index audit_by_tenant on backlot.audit (tenant_id, id);
select backlot.enable_tenant_isolation('backlot.audit');
revoke update, delete on backlot.audit from backlot_app, backlot_background, backlot_global_admin;
