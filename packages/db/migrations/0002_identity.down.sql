drop table backlot.access_tokens;
drop table auth.worker_credentials, auth.installation_tokens, auth.device_requests, auth.verifications, auth.sessions,
  auth.accounts, auth.users;
drop schema auth;
