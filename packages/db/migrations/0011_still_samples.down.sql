alter table backlot.farm_steps drop column noise;
