"""Tables of passwords and of the sign-ins that last."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from netql.infra.columns import UtcField


class Account(Model):
    id = fields.UUIDField(primary_key=True)
    member_id = fields.UUIDField()
    password_hash = fields.TextField()
    created_at = UtcField()

    class Meta:
        table = "accounts"


class Session(Model):
    """One sign-in, and the family of refresh tokens that came of it."""

    id = fields.UUIDField(primary_key=True)
    member_id = fields.UUIDField()
    created_at = UtcField()
    ended_at = UtcField(null=True)

    class Meta:
        table = "sessions"


class RefreshToken(Model):
    """A refresh token's hash; the token itself is kept by its owner only."""

    id = fields.UUIDField(primary_key=True)
    session_id = fields.UUIDField()
    token_hash = fields.TextField()
    issued_at = UtcField()
    expires_at = UtcField()
    used_at = UtcField(null=True)

    class Meta:
        table = "refresh_tokens"
