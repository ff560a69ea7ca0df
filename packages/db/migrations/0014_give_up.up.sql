-- A step of which too much fails is given up: what runs of it may end, the rest is not begun.
alter table backlot.farm_steps
  -- Tasks that may fail for good; null: any number.
  add column most_failed integer check (most_failed >= 0),
  -- Its `cancelled` comes from that, and from no person.
  add column given_up boolean not null default false check (cancelled or not given_up);
