-- How a member signs in, and the sign-ins that last.

-- forward
CREATE TABLE accounts (
    id UUID NOT NULL PRIMARY KEY,
    member_id UUID NOT NULL UNIQUE REFERENCES members (id),
    password_hash TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE sessions (
    id UUID NOT NULL PRIMARY KEY,
    member_id UUID NOT NULL REFERENCES members (id),
    created_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);
CREATE INDEX sessions_by_member ON sessions (member_id);

CREATE TABLE refresh_tokens (
    id UUID NOT NULL PRIMARY KEY,
    session_id UUID NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,
    issued_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    CHECK (expires_at > issued_at)
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);

-- backward
DROP TABLE refresh_tokens;
DROP TABLE sessions;
DROP TABLE accounts;
