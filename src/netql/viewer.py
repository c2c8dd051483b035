"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Viewer:
    """A guest or a signed-in member.

    `member_id` is None for a guest. `session_id` names the sign-in that the access token belongs
    to; it is None for guests and for viewers that no request made (tests of doors, the seed).
    """

    member_id: UUID | None = None
    session_id: UUID | None = None

    @property
    def is_guest(self) -> bool:
        return self.member_id is None


GUEST = Viewer()
