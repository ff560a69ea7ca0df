-- A still in ranges of samples: how noisy it is by now, of the 95 % of its pixels that are clean enough; null before two
-- ranges of one worker could be compared.
alter table backlot.farm_steps add column noise double precision check (noise >= 0);
