"""What happens to invitations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from netql.events import MemberEvent

INVITATION_RECEIVED = "INVITATION_RECEIVED"


@dataclass(frozen=True, slots=True)
class InvitationSent(MemberEvent):
    """An invitation waits for its invitee."""

    kind: ClassVar[str] = INVITATION_RECEIVED
    invitation_id: UUID
    invitee_id: UUID

    @property
    def recipient_id(self) -> UUID:
        return self.invitee_id

    @property
    def subject_id(self) -> UUID:
        return self.invitation_id
