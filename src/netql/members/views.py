"""What leaves the members' door: a row together with the viewer's standing towards it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from netql.infra.database import Row
from netql.privacy.audience import Audience, Standing, admits, as_list_audience
from netql.privacy.fields import ProfileField


@dataclass(frozen=True, slots=True, eq=False)
class MemberView:
    """A member as one viewer may know them. It cannot be made without a standing."""

    row: Row
    standing: Standing

    @property
    def id(self) -> UUID:
        key: UUID = self.row["id"]
        return key

    @property
    def handle(self) -> str:
        return str(self.row["handle"])

    @property
    def name(self) -> str:
        return str(self.row["name"])

    def audience(self, field: ProfileField) -> Audience:
        """The owner's choice for a field."""
        return Audience(self.row[field.audience_column])

    def shows(self, field: ProfileField) -> bool:
        """Whether the viewer's standing reaches the owner's audience for the field."""
        audience = self.audience(field)
        if field is ProfileField.CONNECTIONS:
            audience = as_list_audience(audience)
        return admits(audience, self.standing)

    def value(self, field: ProfileField) -> Any:
        """The field's column, or None if it is closed to the viewer."""
        return self.row[field.value] if self.shows(field) else None

    def hidden(self) -> list[ProfileField]:
        """The fields that are closed to the viewer, whether or not they are set."""
        return [field for field in ProfileField if not self.shows(field)]
