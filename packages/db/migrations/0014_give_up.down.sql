alter table backlot.farm_steps drop column most_failed, drop column given_up;
