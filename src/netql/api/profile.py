"""The restricted fields of a profile, shared by a member and by the preview of one's own."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

import strawberry

from netql.api.context import Info
from netql.api.fields import restricted
from netql.api.scalars import URL, EmailAddress, PhoneNumber
from netql.api.sections import Education, Language, Position, Skill, Website, entry, position
from netql.members.queries import current_position
from netql.members.views import MemberView
from netql.privacy.audience import Audience, admits
from netql.privacy.fields import ProfileField

E = TypeVar("E")


@strawberry.type(description="The fields of a profile whose audience its owner chooses.")
class ProfileFields:
    view: strawberry.Private[MemberView]

    def sees(self, rule: ProfileField | Audience) -> bool:
        """Whether the viewer's standing reaches the field's audience."""
        if isinstance(rule, ProfileField):
            return self.view.shows(rule)
        return admits(rule, self.view.standing)

    def read(self, name: str) -> Any:
        return self.view.row[name]

    headline: str | None = restricted(
        ProfileField.HEADLINE, description="What the member does, in a line."
    )
    industry: str | None = restricted(ProfileField.INDUSTRY, description="The line of business.")
    location: str | None = restricted(
        ProfileField.LOCATION, description="Where the member lives or works."
    )
    avatar_url: URL | None = restricted(ProfileField.AVATAR_URL, description="A picture.")
    about: str | None = restricted(ProfileField.ABOUT, description="More, in the member's words.")
    pronouns: str | None = restricted(
        ProfileField.PRONOUNS, description="How the member wishes to be spoken of."
    )
    email: EmailAddress | None = restricted(
        ProfileField.EMAIL, description="An address to write to; not the one to sign in with."
    )
    phone: PhoneNumber | None = restricted(ProfileField.PHONE, description="A number to call.")
    birthday: date | None = restricted(ProfileField.BIRTHDAY, description="The day of birth.")
    address: str | None = restricted(ProfileField.ADDRESS, description="A postal address.")

    @restricted(ProfileField.CURRENT_POSITION, description="What the member works as now.")
    def current_position(self) -> Position | None:
        return position(current_position(self.view))

    @restricted(ProfileField.WEBSITES, description="Web addresses of the member's.")
    async def websites(self, info: Info) -> list[Website] | None:
        return await self._section(info, ProfileField.WEBSITES, Website)

    @restricted(ProfileField.POSITIONS, description="Jobs, the current and latest first.")
    async def positions(self, info: Info) -> list[Position] | None:
        return await self._section(info, ProfileField.POSITIONS, Position)

    @restricted(ProfileField.EDUCATION, description="Schools, the current and latest first.")
    async def education(self, info: Info) -> list[Education] | None:
        return await self._section(info, ProfileField.EDUCATION, Education)

    @restricted(ProfileField.SKILLS, description="What the member knows how to do.")
    async def skills(self, info: Info) -> list[Skill] | None:
        return await self._section(info, ProfileField.SKILLS, Skill)

    @restricted(ProfileField.LANGUAGES, description="Languages the member speaks.")
    async def languages(self, info: Info) -> list[Language] | None:
        return await self._section(info, ProfileField.LANGUAGES, Language)

    async def _section(self, info: Info, field: ProfileField, type_: type[E]) -> list[E] | None:
        rows = await info.context.loaders.sections[field].load(self.view)
        return None if rows is None else [entry(type_, row) for row in rows]


@strawberry.type(description="The viewer's own restricted fields as somebody else would get them.")
class ProfilePreview(ProfileFields):
    pass
