alter table backlot.frames drop column settings_hash;
