alter table backlot.frames drop column colour;
