-- What an hour of a worker costs, in the installation's currency; null: nothing is said of it.
alter table backlot.workers add column hourly_rate real check (hourly_rate >= 0);
-- As it was when the task was leased.
alter table backlot.attempts add column hourly_rate real;
