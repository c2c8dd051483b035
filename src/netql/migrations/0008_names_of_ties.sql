-- Each side of a tie knows the other end's name to sort by, so that a list in the order of names is
-- read from the beginning of an index. `relations.edges` keeps it as the member's own is.

-- forward
ALTER TABLE connections ADD COLUMN other_name TEXT {bytewise} NOT NULL DEFAULT '';
UPDATE connections
   SET other_name = (SELECT m.name_key FROM members m WHERE m.id = connections.other_id);
CREATE INDEX connections_by_name ON connections (member_id, other_name, id);

-- backward
DROP INDEX connections_by_name;
ALTER TABLE connections DROP COLUMN other_name;
