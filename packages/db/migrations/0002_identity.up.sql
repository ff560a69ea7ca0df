-- People and how they sign in. The schema auth belongs to the role backlot_auth alone: no statement of the product can
-- reach a password or a session. Whatever is a secret stands here as its SHA-256 only.

create schema auth;
grant usage on schema auth to backlot_auth;

-- The first four tables are better-auth's, under names of ours (modules/identity/src/accounts.ts maps them).
create table auth.users (
  id uuid primary key default uuidv7(),
  email text not null constraint users_email_unique unique,
  email_verified boolean not null,
  name text not null,
  image text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table auth.accounts (
  id uuid primary key default uuidv7(),
  user_id uuid not null references auth.users on delete cascade,
  provider_id text not null,
  account_id text not null,
  -- Of the provider "credential": a hash with its parameters (PHC format).
  password text,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (provider_id, account_id)
);
create index accounts_by_user on auth.accounts (user_id);

create table auth.sessions (
  id uuid primary key default uuidv7(),
  user_id uuid not null references auth.users on delete cascade,
  -- SHA-256 of what the person holds, hexadecimal.
  token text not null unique,
  -- When the password was given; a refresh keeps it.
  signed_in_at timestamptz not null,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index sessions_by_user on auth.sessions (user_id);
create index sessions_by_expiry on auth.sessions (expires_at);

create table auth.verifications (
  id uuid primary key default uuidv7(),
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index verifications_by_identifier on auth.verifications (identifier);

-- Device sign-ins under way (RFC 8628). Gone when they are collected.
create table auth.device_requests (
  device_code_hash text primary key,
  user_code_hash text not null unique,
  client_name text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_polled_at timestamptz,
  -- Null: nobody has decided yet.
  approved boolean,
  user_id uuid references auth.users on delete cascade
);
create index device_requests_by_expiry on auth.device_requests (expires_at);

-- Secrets of the installation itself: the link that makes the first administrator, and join tokens for workers that
-- serve every tenant (the local worker of `backlot up`).
create table auth.installation_tokens (
  hash text primary key,
  kind text not null check (kind in ('setup', 'worker_join')),
  name text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

-- What a worker exchanges for short access tokens. The worker itself is the farm's.
create table auth.worker_credentials (
  hash text primary key,
  worker_id uuid not null,
  created_at timestamptz not null
);
create index worker_credentials_by_worker on auth.worker_credentials (worker_id);

grant select, insert, update, delete on all tables in schema auth to backlot_auth;

-- Tokens that belong to a tenant: of a person for scripts, and for workers to join.
create table backlot.access_tokens (
  id uuid primary key default uuidv7(),
  tenant_id uuid not null references backlot.tenants,
  kind text not null check (kind in ('personal', 'worker_join')),
  -- Who made it; a personal token acts as this person.
  user_id uuid not null,
  name text not null,
  hash text not null unique,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz
);
create index access_tokens_by_tenant on backlot.access_tokens (tenant_id, kind, id);
create index access_tokens_by_user on backlot.access_tokens (user_id);
select backlot.enable_tenant_isolation('backlot.access_tokens');
