drop table backlot.trees;
drop table backlot.upload_parts;
drop table backlot.uploads;
drop table backlot.blobs;
