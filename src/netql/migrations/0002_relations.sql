-- The edges that decide sight. A connection is two rows, one for each side.

-- forward
CREATE TABLE connections (
    id UUID NOT NULL PRIMARY KEY,
    member_id UUID NOT NULL REFERENCES members (id),
    other_id UUID NOT NULL REFERENCES members (id),
    connected_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT connections_side UNIQUE (member_id, other_id),
    CONSTRAINT connections_not_self CHECK (member_id <> other_id),
    CONSTRAINT connections_mirror FOREIGN KEY (other_id, member_id)
        REFERENCES connections (member_id, other_id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX connections_by_time ON connections (member_id, connected_at, id);
CREATE INDEX connections_mirror_side ON connections (other_id, member_id);

CREATE TABLE ended_connections (
    id UUID NOT NULL PRIMARY KEY,
    member_id UUID NOT NULL REFERENCES members (id),
    other_id UUID NOT NULL REFERENCES members (id),
    ended_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT ended_connections_not_self CHECK (member_id <> other_id)
);
CREATE INDEX ended_connections_by_pair ON ended_connections (member_id, other_id, ended_at);

CREATE TABLE blocks (
    id UUID NOT NULL PRIMARY KEY,
    blocker_id UUID NOT NULL REFERENCES members (id),
    blocked_id UUID NOT NULL REFERENCES members (id),
    blocked_at TIMESTAMPTZ NOT NULL,
    handle TEXT NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT blocks_pair UNIQUE (blocker_id, blocked_id),
    CONSTRAINT blocks_not_self CHECK (blocker_id <> blocked_id)
);
CREATE INDEX blocks_met ON blocks (blocked_id, blocker_id);

-- backward
DROP TABLE blocks;
DROP TABLE ended_connections;
DROP TABLE connections;
