"""One's own privacy settings in the graph."""

from __future__ import annotations

import strawberry

from netql.members.views import MemberView
from netql.privacy.audience import Audience
from netql.privacy.fields import RESTRICTIONS, ProfileField


@strawberry.type(description="Who may see one field of one's profile.")
class FieldAudience:
    field: ProfileField = strawberry.field(description="The field.")
    audience: Audience = strawberry.field(description="Who may see it now.")
    default: Audience = strawberry.field(description="Who may see it until its owner chooses.")
    widest: Audience = strawberry.field(description="The widest audience it may have.")


@strawberry.type(description="Who may see what of one's profile.")
class PrivacySettings:
    view: strawberry.Private[MemberView]

    @strawberry.field(description="Every field whose audience can be chosen.")
    def fields(self) -> list[FieldAudience]:
        return [
            FieldAudience(
                field=field,
                audience=self.view.audience(field),
                default=RESTRICTIONS[field].default,
                widest=RESTRICTIONS[field].widest,
            )
            for field in ProfileField
        ]
