-- What was rendered of a file before: a forecast for a job of which nothing is measured yet. Of columns that hardly change,
-- so that counting frames stays a heap-only update.
create index farm_steps_history on backlot.farm_steps (project_id, (parameters ->> 'blendPath'), queued_at desc)
  where kind = 'render_frames';
