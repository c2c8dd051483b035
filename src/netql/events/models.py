"""Tables of the per-member log, and of the keys that make retries safe."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from netql.infra.columns import UtcField


class EventStream(Model):
    """The last number given out in a member's log. Nothing references this row, so counting
    up never waits for anything but another event of the same member."""

    member_id = fields.UUIDField(primary_key=True)
    last_number = fields.BigIntField()

    class Meta:
        table = "event_streams"


class LoggedEvent(Model):
    """One entry of a member's log. Its number stays inside; clients hold the random cursor."""

    id = fields.UUIDField(primary_key=True)
    member_id = fields.UUIDField()
    number = fields.BigIntField()
    cursor = fields.TextField()
    kind = fields.TextField()
    subject_id = fields.UUIDField()
    recorded_at = UtcField()

    class Meta:
        table = "events"


class IdempotencyKey(Model):
    id = fields.UUIDField(primary_key=True)
    member_id = fields.UUIDField()
    mutation = fields.TextField()
    key = fields.TextField()
    input_hash = fields.TextField()
    outcome = fields.TextField()
    node_ids = fields.TextField()
    stored_at = UtcField()

    class Meta:
        table = "idempotency_keys"
