-- What each member may be told, numbered without gaps; and the keys that make retries safe.

-- forward
CREATE TABLE event_streams (
    member_id UUID NOT NULL PRIMARY KEY,
    last_number BIGINT NOT NULL CHECK (last_number >= 0)
);

CREATE TABLE events (
    id UUID NOT NULL PRIMARY KEY,
    member_id UUID NOT NULL REFERENCES members (id),
    number BIGINT NOT NULL CHECK (number > 0),
    cursor TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT events_in_order UNIQUE (member_id, number)
);

CREATE TABLE idempotency_keys (
    id UUID NOT NULL PRIMARY KEY,
    member_id UUID NOT NULL REFERENCES members (id),
    mutation TEXT NOT NULL,
    key TEXT NOT NULL,
    input_hash TEXT NOT NULL,
    outcome TEXT NOT NULL,
    node_ids TEXT NOT NULL,
    stored_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT idempotency_keys_once UNIQUE (member_id, mutation, key)
);

-- backward
DROP TABLE idempotency_keys;
DROP TABLE events;
DROP TABLE event_streams;
