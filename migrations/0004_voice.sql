-- What callers said after a tone: a name, a message. BYTEA is BLOB in SQLite (src/store/schema.rs).
CREATE TABLE voice(id TEXT PRIMARY KEY, recorded_at BIGINT NOT NULL, sound BYTEA NOT NULL); -- A-law, 8,000 bytes a second; a day after nothing names it any more, it goes (F5, D13)
CREATE INDEX voice_recorded ON voice(recorded_at);
CREATE INDEX callback_message_recording ON callback_message(recording);
CREATE INDEX person_said_name ON person(said_name) WHERE said_name IS NOT NULL;
