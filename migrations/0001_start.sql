-- One text for both engines; SQLite reads BIGINT as INTEGER and gets STRICT (src/store/mod.rs). Instants are epoch seconds UTC.
CREATE TABLE site(id TEXT PRIMARY KEY, city TEXT NOT NULL, postal TEXT NOT NULL, insee TEXT NOT NULL, say_city TEXT NOT NULL, say_address TEXT NOT NULL, tz TEXT NOT NULL DEFAULT 'Europe/Paris');
CREATE TABLE counsellor(id TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE opening(id TEXT PRIMARY KEY, counsellor_id TEXT NOT NULL REFERENCES counsellor(id), site_id TEXT NOT NULL REFERENCES site(id), weekday BIGINT NOT NULL CHECK(weekday BETWEEN 1 AND 7), start_min BIGINT NOT NULL, end_min BIGINT NOT NULL, CHECK(start_min < end_min));
CREATE TABLE absence(id TEXT PRIMARY KEY, counsellor_id TEXT NOT NULL REFERENCES counsellor(id), starts_at BIGINT NOT NULL, ends_at BIGINT NOT NULL, CHECK(starts_at < ends_at));
CREATE TABLE person(id TEXT PRIMARY KEY, postal_code TEXT NOT NULL, last_contact_at BIGINT NOT NULL);
CREATE TABLE person_phone(person_id TEXT NOT NULL REFERENCES person(id), e164 TEXT NOT NULL, PRIMARY KEY(person_id, e164)); -- e164 not unique: couples, hostels
CREATE INDEX person_phone_e164 ON person_phone(e164);
CREATE TABLE appointment(id TEXT PRIMARY KEY, counsellor_id TEXT NOT NULL REFERENCES counsellor(id), site_id TEXT NOT NULL REFERENCES site(id), person_id TEXT NOT NULL REFERENCES person(id), modality TEXT NOT NULL CHECK(modality IN('in_person','phone','visio')), status TEXT NOT NULL CHECK(status IN('booked','confirmed','excused')), starts_at BIGINT NOT NULL CHECK(starts_at % 300 = 0), ends_at BIGINT NOT NULL CHECK(ends_at % 300 = 0), created_via TEXT NOT NULL, version BIGINT NOT NULL DEFAULT 1, CHECK(starts_at < ends_at));
CREATE INDEX appointment_person ON appointment(person_id, starts_at);
CREATE TABLE cell(resource TEXT NOT NULL, slot BIGINT NOT NULL, holder_id TEXT NOT NULL, hold_until BIGINT, PRIMARY KEY(resource, slot)); -- resource 'c:' or 'p:' + id; slot = epoch/300; hold_until NULL = booked
CREATE INDEX cell_holder ON cell(holder_id);
CREATE TABLE callback(id TEXT PRIMARY KEY, e164 TEXT NOT NULL, topic TEXT NOT NULL, windows TEXT NOT NULL, requested_at BIGINT NOT NULL, status TEXT NOT NULL CHECK(status IN('queued','claimed','done','unreachable','cancelled')));
CREATE UNIQUE INDEX callback_one_open ON callback(e164, topic) WHERE status IN('queued','claimed'); -- asking again adds a window, not a row
CREATE TABLE idem(key TEXT PRIMARY KEY, request TEXT NOT NULL, response TEXT NOT NULL, at BIGINT NOT NULL);
