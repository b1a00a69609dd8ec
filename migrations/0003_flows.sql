-- What whole flows ask of the store: others of one number, moves, promises to call back, messages, group meetings, scores, consents, counts of steps.
ALTER TABLE person ADD COLUMN is_other BIGINT NOT NULL DEFAULT 0 CHECK(is_other IN(0,1)); -- somebody of a known number who is not the one known by it: a new row each time
ALTER TABLE person ADD COLUMN said_name TEXT; -- their name as they said it: a recording's id (F3)
ALTER TABLE callback ADD COLUMN promised_by BIGINT; -- a counsellor calls before this; NULL: asked before there were promises
ALTER TABLE callback ADD COLUMN missed BIGINT NOT NULL DEFAULT 0 CHECK(missed >= 0); -- promises that had passed when the person asked again
ALTER TABLE callback ADD COLUMN closed_at BIGINT; -- whoever sets a closed status sets this
CREATE INDEX callback_promised ON callback(promised_by) WHERE status IN('queued','claimed');
CREATE TABLE callback_message(callback_id TEXT NOT NULL REFERENCES callback(id), recording TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY(callback_id, recording)); -- goes 30 days after its request is closed (F5)
CREATE TABLE callback_desk(id TEXT PRIMARY KEY, minutes_each BIGINT NOT NULL CHECK(minutes_each BETWEEN 1 AND 240), tz TEXT NOT NULL, calendar TEXT NOT NULL); -- who calls back: how long one call takes, whose wall clock, whose holidays (D12)
CREATE TABLE callback_hours(desk_id TEXT NOT NULL REFERENCES callback_desk(id), weekday BIGINT NOT NULL CHECK(weekday BETWEEN 1 AND 7), start_min BIGINT NOT NULL CHECK(start_min >= 0), end_min BIGINT NOT NULL CHECK(end_min <= 1440), counsellors BIGINT NOT NULL CHECK(counsellors BETWEEN 0 AND 1000), PRIMARY KEY(desk_id, weekday, start_min), CHECK(start_min < end_min)); -- local minutes; counsellors: how many call at once
INSERT INTO callback_desk(id, minutes_each, tz, calendar) VALUES('line', 15, 'Europe/Paris', 'metropole');
INSERT INTO callback_hours(desk_id, weekday, start_min, end_min, counsellors) VALUES('line', 1, 540, 750, 2), ('line', 1, 810, 1080, 2), ('line', 2, 540, 750, 2), ('line', 2, 810, 1080, 2), ('line', 3, 540, 750, 2), ('line', 3, 810, 1080, 2), ('line', 4, 540, 750, 2), ('line', 4, 810, 1080, 2), ('line', 5, 540, 750, 2), ('line', 5, 810, 1080, 2);
CREATE TABLE group_meeting(id TEXT PRIMARY KEY, site_id TEXT NOT NULL REFERENCES site(id), starts_at BIGINT NOT NULL, ends_at BIGINT NOT NULL, CHECK(starts_at < ends_at)); -- who leads it has an absence meanwhile
CREATE INDEX group_meeting_starts ON group_meeting(starts_at);
CREATE TABLE group_seat(group_id TEXT NOT NULL REFERENCES group_meeting(id), seat_no BIGINT NOT NULL, person_id TEXT REFERENCES person(id), taken_at BIGINT, PRIMARY KEY(group_id, seat_no), UNIQUE(group_id, person_id)); -- a row a seat, there from the start and free while person_id is NULL: a seat that is not there cannot be taken
CREATE TABLE rating(day TEXT NOT NULL, score BIGINT NOT NULL CHECK(score BETWEEN 1 AND 5), answers BIGINT NOT NULL, PRIMARY KEY(day, score)); -- counts only: no number, no call, no hour (A8, F3)
CREATE TABLE consent(id TEXT PRIMARY KEY, e164 TEXT NOT NULL, topic TEXT NOT NULL, agrees BIGINT NOT NULL CHECK(agrees IN(0,1)), at BIGINT NOT NULL); -- rows are only added, the latest counts (A12, D13); two years (F5)
CREATE INDEX consent_e164 ON consent(e164, topic, at);
CREATE INDEX consent_at ON consent(at);
CREATE TABLE step_count(flow TEXT NOT NULL, version TEXT NOT NULL, step TEXT NOT NULL, exit TEXT NOT NULL, day TEXT NOT NULL, passed BIGINT NOT NULL, PRIMARY KEY(flow, version, step, exit, day)); -- never a row a person (F3)
CREATE INDEX step_count_day ON step_count(day);
