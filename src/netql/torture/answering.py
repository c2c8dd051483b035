"""How invitees answer: yes, yes by inviting back, or no. Each may be asked for again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from netql.torture.acting import INVITE
from netql.torture.people import Member


@dataclass(frozen=True, slots=True)
class Sent:
    """An invitation that was acknowledged. Times are of the monotonic clock."""

    inviter: Member
    invitee: Member
    invitation_id: str
    began: float
    answered: float


@dataclass(frozen=True, slots=True)
class Way:
    """The mutation that answers; `answer` is what the database holds of it then. One that invites
    back does so with an idempotency key; to answer twice by the others is to answer once."""

    answer: str
    text: str
    back: bool = False

    def variables(self, sent: Sent) -> dict[str, Any]:
        if self.back:
            return {"id": sent.inviter.id, "key": uuid4().hex}
        return {"id": sent.invitation_id}


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was acknowledged."""

    sent: Sent
    way: Way


ACCEPTING = Way(
    "ACCEPTED",
    """mutation Accept($id: ID!) {
  acceptInvitation(input: {invitationId: $id}) { invitation { id } userErrors { code } } }""",
)
MEETING = Way("ACCEPTED", INVITE, back=True)
DECLINING = Way(
    "DECLINED",
    """mutation Decline($id: ID!) {
  declineInvitation(input: {invitationId: $id}) { invitation { id } userErrors { code } } }""",
)
