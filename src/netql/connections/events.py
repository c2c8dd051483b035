"""What happens to invitations and connections, and who may be told.

Nobody is told of a decline but whoever declined; of a removal, a block, an expiry, or an account
that closes nobody is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from netql.events import MemberEvent

INVITATION_RECEIVED = "INVITATION_RECEIVED"
INVITATION_WITHDRAWN = "INVITATION_WITHDRAWN"
INVITATION_ACCEPTED = "INVITATION_ACCEPTED"
INVITATION_CONCLUDED = "INVITATION_CONCLUDED"
CONNECTED = "CONNECTED"


@dataclass(frozen=True, slots=True)
class _OfInvitation(MemberEvent):
    """Something that one end of an invitation may be told."""

    invitation_id: UUID
    told_id: UUID

    @property
    def recipient_id(self) -> UUID:
        return self.told_id

    @property
    def subject_id(self) -> UUID:
        return self.invitation_id


@dataclass(frozen=True, slots=True)
class InvitationSent(_OfInvitation):
    """An invitation waits for its invitee."""

    kind: ClassVar[str] = INVITATION_RECEIVED


@dataclass(frozen=True, slots=True)
class InvitationWithdrawn(_OfInvitation):
    """An invitation waits for its invitee no longer. It is recorded whatever the invitee had said:
    were it not, its inviter could tell from how long withdrawing takes."""

    kind: ClassVar[str] = INVITATION_WITHDRAWN


@dataclass(frozen=True, slots=True)
class InvitationAccepted(_OfInvitation):
    """The inviter's wish came true."""

    kind: ClassVar[str] = INVITATION_ACCEPTED


@dataclass(frozen=True, slots=True)
class InvitationConcluded(_OfInvitation):
    """The invitee answered, one way or the other; their other devices may want to know."""

    kind: ClassVar[str] = INVITATION_CONCLUDED


@dataclass(frozen=True, slots=True)
class Connected(MemberEvent):
    """A connection was made; `tie_id` is the told one's own side of it."""

    kind: ClassVar[str] = CONNECTED
    tie_id: UUID
    told_id: UUID

    @property
    def recipient_id(self) -> UUID:
        return self.told_id

    @property
    def subject_id(self) -> UUID:
        return self.tie_id
