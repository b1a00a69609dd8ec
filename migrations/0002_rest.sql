-- Runs at rest: of a call that was cut off, until it is taken up or its time is over (C27). id is the run's own, which holds its place in cell; the run says its flow and version itself.
CREATE TABLE rest(id TEXT PRIMARY KEY, e164 TEXT NOT NULL, postal_code TEXT NOT NULL, run TEXT NOT NULL CHECK(length(run) <= 65536), kept_at BIGINT NOT NULL, kept_until BIGINT NOT NULL, misses BIGINT NOT NULL DEFAULT 0, CHECK(kept_at <= kept_until)); -- postal_code: the second fact; misses: wrong ones told (D15)
CREATE INDEX rest_e164 ON rest(e164);
CREATE INDEX rest_until ON rest(kept_until);
