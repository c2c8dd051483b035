-- Invitations, kept as facts: who answered what and when, not one status for two readers.

-- forward
CREATE TABLE invitations (
    id UUID NOT NULL PRIMARY KEY,
    inviter_id UUID NOT NULL REFERENCES members (id),
    invitee_id UUID NOT NULL REFERENCES members (id),
    note TEXT,
    sent_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    answer TEXT,
    answered_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    cancelled_at TIMESTAMPTZ,
    open BOOLEAN NOT NULL,
    CONSTRAINT invitations_not_self CHECK (inviter_id <> invitee_id),
    CONSTRAINT invitations_lifetime CHECK (expires_at > sent_at),
    CONSTRAINT invitations_answer CHECK (answer IN ('ACCEPTED', 'DECLINED')),
    CONSTRAINT invitations_answered CHECK ((answer IS NULL) = (answered_at IS NULL)),
    CONSTRAINT invitations_open CHECK (NOT open OR (withdrawn_at IS NULL
        AND (answer IS NULL OR answer <> 'ACCEPTED'))),
    CONSTRAINT invitations_one_end CHECK (withdrawn_at IS NULL OR answer IS NULL
        OR answer <> 'ACCEPTED')
);
CREATE UNIQUE INDEX invitations_one_open ON invitations
    ({least}(inviter_id, invitee_id), {greatest}(inviter_id, invitee_id)) WHERE open;
CREATE INDEX invitations_sent ON invitations (inviter_id, invitee_id, sent_at);
CREATE INDEX invitations_received ON invitations (invitee_id, inviter_id, sent_at);

-- backward
DROP TABLE invitations;
