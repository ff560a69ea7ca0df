drop index backlot.frames_by_hash;
create index frames_by_file on backlot.frames (step_id, sha256);
