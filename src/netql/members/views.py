"""What leaves the members' door: a row together with the viewer's standing towards it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from netql.infra.database import Row
from netql.privacy.audience import Audience, Standing
from netql.privacy.fields import ProfileField
from netql.privacy.sight import audience_in, closed_to

_STANDINGS = tuple(Standing)


class MemberView:
    """A member as one viewer may know them. It cannot be made without a standing.

    `row` holds the columns that the operation needs (see `members.columns`), `closed` the bits of
    the fields that the viewer may not see. Not to be changed once made.
    """

    __slots__ = ("closed", "row", "standing")

    def __init__(self, row: Row, standing: int) -> None:
        """`standing` is a Standing or its number."""
        self.row = row
        self.standing = _STANDINGS[standing]
        self.closed = closed_to(standing, row["audiences"])

    def seen_from(self, standing: Standing) -> MemberView:
        """The same member for somebody who stands there."""
        return MemberView(self.row, standing)

    @property
    def id(self) -> UUID:
        key: UUID = self.row["id"]
        return key

    @property
    def handle(self) -> str:
        handle: str = self.row["handle"]
        return handle

    @property
    def name(self) -> str:
        name: str = self.row["name"]
        return name

    def audience(self, field: ProfileField) -> Audience:
        """The owner's choice for a field."""
        return audience_in(self.row["audiences"], field)

    def shows(self, field: ProfileField) -> bool:
        """Whether the viewer's standing reaches the owner's audience for the field."""
        return not self.closed & field.bit

    def value(self, field: ProfileField) -> Any:
        """The field's column, or None if it is closed to the viewer."""
        return self.row[field.value] if self.shows(field) else None

    def hidden(self) -> list[ProfileField]:
        """The fields that are closed to the viewer, whether or not they are set."""
        return [field for field in ProfileField if self.closed & field.bit]
