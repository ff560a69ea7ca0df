drop index backlot.farm_steps_history;
