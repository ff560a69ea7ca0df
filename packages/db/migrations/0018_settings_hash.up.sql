-- Of the settings that a frame was rendered with: a job that was changed and queued again has frames of both.
alter table backlot.frames add column settings_hash text;
