-- One text for both engines; SQLite reads BIGINT as INTEGER and gets STRICT (src/store/schema.rs). Instants are epoch seconds UTC, days are 'YYYY-MM-DD', minutes are local minutes of the day.
-- Not yet here, a later issue's: rooms as a third resource ('r:' cells), travel between sites, waiting lists, outbox.
CREATE TABLE site(id TEXT PRIMARY KEY, city TEXT NOT NULL, postal TEXT NOT NULL, insee TEXT NOT NULL, say_city TEXT NOT NULL, say_address TEXT NOT NULL, tz TEXT NOT NULL DEFAULT 'Europe/Paris', calendar TEXT NOT NULL DEFAULT 'metropole'); -- calendar: a zone of src/booking/holidays.rs (D12)
CREATE TABLE counsellor(id TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE service(id TEXT PRIMARY KEY, label TEXT NOT NULL, buf_before BIGINT NOT NULL DEFAULT 0 CHECK(buf_before >= 0 AND buf_before % 5 = 0), buf_after BIGINT NOT NULL DEFAULT 0 CHECK(buf_after >= 0 AND buf_after % 5 = 0), notice_min BIGINT NOT NULL CHECK(notice_min >= 0), horizon_days BIGINT NOT NULL CHECK(horizon_days BETWEEN 1 AND 366), cancel_min BIGINT NOT NULL CHECK(cancel_min >= 0), move_min BIGINT NOT NULL CHECK(move_min >= 0)); -- buffers are the counsellor's minutes, never the person's
CREATE TABLE service_modality(service_id TEXT NOT NULL REFERENCES service(id), modality TEXT NOT NULL CHECK(modality IN('in_person','phone','visio')), duration_min BIGINT NOT NULL CHECK(duration_min BETWEEN 5 AND 480 AND duration_min % 5 = 0), PRIMARY KEY(service_id, modality)); -- remote talks are shorter and more numerous (A17)
CREATE TABLE opening(id TEXT PRIMARY KEY, counsellor_id TEXT NOT NULL REFERENCES counsellor(id), site_id TEXT NOT NULL REFERENCES site(id), weekday BIGINT NOT NULL CHECK(weekday BETWEEN 1 AND 7), every_weeks BIGINT NOT NULL DEFAULT 1 CHECK(every_weeks BETWEEN 1 AND 52), start_min BIGINT NOT NULL CHECK(start_min >= 0 AND start_min % 5 = 0), end_min BIGINT NOT NULL CHECK(end_min <= 1440 AND end_min % 5 = 0), valid_from TEXT NOT NULL, valid_to TEXT, modalities TEXT NOT NULL, CHECK(start_min < end_min), CHECK(valid_to IS NULL OR valid_from <= valid_to)); -- every_weeks counts from the week of valid_from; valid_to is the last day; modalities as 'in_person,phone'
CREATE INDEX opening_site ON opening(site_id);
CREATE TABLE absence(id TEXT PRIMARY KEY, counsellor_id TEXT NOT NULL REFERENCES counsellor(id), starts_at BIGINT NOT NULL, ends_at BIGINT NOT NULL, reason TEXT, CHECK(starts_at < ends_at));
CREATE INDEX absence_counsellor ON absence(counsellor_id, ends_at);
CREATE TABLE person(id TEXT PRIMARY KEY, postal_code TEXT NOT NULL, last_contact_at BIGINT NOT NULL);
CREATE TABLE person_phone(person_id TEXT NOT NULL REFERENCES person(id), e164 TEXT NOT NULL, PRIMARY KEY(person_id, e164)); -- e164 not unique: couples, hostels
CREATE INDEX person_phone_e164 ON person_phone(e164);
CREATE TABLE appointment(id TEXT PRIMARY KEY, service_id TEXT NOT NULL REFERENCES service(id), counsellor_id TEXT NOT NULL REFERENCES counsellor(id), site_id TEXT NOT NULL REFERENCES site(id), person_id TEXT NOT NULL REFERENCES person(id), modality TEXT NOT NULL CHECK(modality IN('in_person','phone','visio')), status TEXT NOT NULL CHECK(status IN('booked','confirmed','excused')), reason TEXT, starts_at BIGINT NOT NULL CHECK(starts_at % 300 = 0), ends_at BIGINT NOT NULL CHECK(ends_at % 300 = 0), created_via TEXT NOT NULL, version BIGINT NOT NULL DEFAULT 1, CHECK(starts_at < ends_at)); -- reason 'late': cancelled after the service's cancel_min
CREATE INDEX appointment_person ON appointment(person_id, starts_at);
CREATE TABLE cell(resource TEXT NOT NULL, slot BIGINT NOT NULL, holder_id TEXT NOT NULL, hold_until BIGINT, PRIMARY KEY(resource, slot)); -- resource 'c:' or 'p:' + id, so a counsellor of two sites is one; slot = epoch/300, buffers included in 'c:'; hold_until NULL = booked; holder = run or appointment
CREATE INDEX cell_holder ON cell(holder_id);
CREATE INDEX cell_hold ON cell(hold_until) WHERE hold_until IS NOT NULL;
CREATE TABLE callback(id TEXT PRIMARY KEY, e164 TEXT NOT NULL, topic TEXT NOT NULL, windows TEXT NOT NULL, requested_at BIGINT NOT NULL, status TEXT NOT NULL CHECK(status IN('queued','claimed','done','unreachable','cancelled')));
CREATE UNIQUE INDEX callback_one_open ON callback(e164, topic) WHERE status IN('queued','claimed'); -- asking again adds a window, not a row
CREATE TABLE call_record(id TEXT PRIMARY KEY, flow TEXT NOT NULL, caller TEXT, began_at BIGINT NOT NULL, ended_at BIGINT NOT NULL, ended TEXT NOT NULL, goal TEXT, CHECK(began_at <= ended_at)); -- no word, no key of a call (F3); a year at most (F5)
CREATE INDEX call_record_began ON call_record(began_at);
CREATE TABLE idem(key TEXT PRIMARY KEY, request TEXT NOT NULL, response TEXT NOT NULL, at BIGINT NOT NULL);
CREATE INDEX idem_at ON idem(at);
