-- Sessions by the time of their end: every process looks for those that have just ended.

-- forward
CREATE INDEX sessions_by_end ON sessions (ended_at) WHERE ended_at IS NOT NULL;

-- backward
DROP INDEX sessions_by_end;
