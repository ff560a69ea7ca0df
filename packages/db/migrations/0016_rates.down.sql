alter table backlot.attempts drop column hourly_rate;
alter table backlot.workers drop column hourly_rate;
