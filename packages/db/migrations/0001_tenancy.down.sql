drop table backlot.audit, backlot.global_admins, backlot.memberships, backlot.projects, backlot.tenants;
drop function backlot.enable_tenant_isolation;
drop schema backlot;
