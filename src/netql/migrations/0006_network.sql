-- Add to Network: one-way, silent, its owner's alone.

-- forward
CREATE TABLE network_entries (
    id UUID NOT NULL PRIMARY KEY,
    owner_id UUID NOT NULL REFERENCES members (id),
    member_id UUID NOT NULL REFERENCES members (id),
    note TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT network_entries_once UNIQUE (owner_id, member_id),
    CONSTRAINT network_entries_not_self CHECK (owner_id <> member_id)
);
CREATE INDEX network_entries_by_time ON network_entries (owner_id, created_at, id);

CREATE TABLE network_tags (
    id UUID NOT NULL PRIMARY KEY,
    entry_id UUID NOT NULL REFERENCES network_entries (id) ON DELETE CASCADE,
    tag TEXT NOT NULL CHECK (tag <> ''),
    CONSTRAINT network_tags_once UNIQUE (entry_id, tag)
);

-- backward
DROP TABLE network_tags;
DROP TABLE network_entries;
