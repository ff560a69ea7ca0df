-- How a frame of scene light (EXR) is to be shown: without it, contact sheets and videos of a scene with another view
-- transform than Blender's default come out in wrong colours.
alter table backlot.frames add column colour jsonb;
