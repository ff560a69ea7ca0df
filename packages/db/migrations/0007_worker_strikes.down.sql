drop table backlot.worker_strikes;
