"""The table of invitations. (Connections are in `relations`: they decide sight.)"""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from netql.infra.columns import UtcField


class Invitation(Model):
    """An invitation as facts; what each side may know of it is computed in `rules`.

    `open` says that the inviter still counts on it: at most one per pair, either direction. A
    declined invitation stays open, so that its inviter cannot tell it from an ignored one.
    """

    id = fields.UUIDField(primary_key=True)
    inviter_id = fields.UUIDField()
    invitee_id = fields.UUIDField()
    note = fields.TextField(null=True)
    sent_at = UtcField()
    expires_at = UtcField()
    answer = fields.TextField(null=True)
    answered_at = UtcField(null=True)
    withdrawn_at = UtcField(null=True)
    cancelled_at = UtcField(null=True)
    open = fields.BooleanField()

    class Meta:
        table = "invitations"
