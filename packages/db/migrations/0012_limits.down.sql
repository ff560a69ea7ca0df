alter table backlot.farm_steps drop column pool, drop column licences, drop column most_running;
drop table backlot.farm_limits;
