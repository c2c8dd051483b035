"""Tables of network entries and their tags."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from netql.infra.columns import UtcField


class NetworkEntry(Model):
    id = fields.UUIDField(primary_key=True)
    owner_id = fields.UUIDField()
    member_id = fields.UUIDField()
    note = fields.TextField(null=True)
    created_at = UtcField()

    class Meta:
        table = "network_entries"


class NetworkTag(Model):
    id = fields.UUIDField(primary_key=True)
    entry_id = fields.UUIDField()
    tag = fields.TextField()

    class Meta:
        table = "network_tags"
