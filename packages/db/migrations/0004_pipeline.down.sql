drop table backlot.pipeline_events;
drop table backlot.jobs;
