"""Tables of the edges that decide sight."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from netql.infra.columns import UtcField


class Connection(Model):
    """One side of a tie; its mirror is another row, and the database insists on it.

    The id is a blind one: a time-ordered id would tell third parties when the tie was made.
    `other_name` is the other end's `name_key`.
    """

    id = fields.UUIDField(primary_key=True)
    member_id = fields.UUIDField()
    other_id = fields.UUIDField()
    other_name = fields.TextField()
    connected_at = UtcField()

    class Meta:
        table = "connections"


class EndedConnection(Model):
    """That `member_id` removed the tie to `other_id`, and when: it starts the other's wait."""

    id = fields.UUIDField(primary_key=True)
    member_id = fields.UUIDField()
    other_id = fields.UUIDField()
    ended_at = UtcField()

    class Meta:
        table = "ended_connections"


class Block(Model):
    """A member's block of another, with the name and handle as they were then."""

    id = fields.UUIDField(primary_key=True)
    blocker_id = fields.UUIDField()
    blocked_id = fields.UUIDField()
    blocked_at = UtcField()
    handle = fields.TextField()
    name = fields.TextField()

    class Meta:
        table = "blocks"
