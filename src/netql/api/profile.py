"""The restricted fields of a profile, shared by a member and by the preview of one's own."""

from __future__ import annotations

from datetime import date
from typing import Any

import strawberry

from netql.api.context import Context
from netql.api.fields import restricted
from netql.api.scalars import URL, EmailAddress, PhoneNumber
from netql.api.sections import Education, Language, Position, Skill, Website
from netql.execution.level import Level
from netql.members.queries import CURRENT, current_position
from netql.members.sections import websites_of
from netql.members.views import MemberView
from netql.privacy.audience import Audience, admits
from netql.privacy.fields import ProfileField


def _current_positions(people: list[ProfileFields], _: Level) -> list[Position | None]:
    rows = [current_position(person.view) for person in people]
    return [None if row is None else Position(row=row, prefix=CURRENT) for row in rows]


async def _entries(
    field: ProfileField, type_: type[Any], people: list[ProfileFields], level: Level
) -> list[Any]:
    context: Context = level.context
    views = [person.view for person in people]
    found = await context.loaders.sections[field].load_all(views, once=level.once)
    return [None if rows is None else [type_(row=row) for row in rows] for rows in found]


def _websites(people: list[ProfileFields], _: Level) -> list[list[Website] | None]:
    found = websites_of([person.view for person in people])
    return [None if rows is None else [Website(row=row) for row in rows] for rows in found]


async def _positions(people: list[ProfileFields], level: Level) -> list[list[Position] | None]:
    return await _entries(ProfileField.POSITIONS, Position, people, level)


async def _education(people: list[ProfileFields], level: Level) -> list[list[Education] | None]:
    return await _entries(ProfileField.EDUCATION, Education, people, level)


async def _skills(people: list[ProfileFields], level: Level) -> list[list[Skill] | None]:
    return await _entries(ProfileField.SKILLS, Skill, people, level)


async def _languages(people: list[ProfileFields], level: Level) -> list[list[Language] | None]:
    return await _entries(ProfileField.LANGUAGES, Language, people, level)


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

    current_position = restricted(
        ProfileField.CURRENT_POSITION,
        batch=_current_positions,
        description="What the member works as now.",
    )
    websites = restricted(
        ProfileField.WEBSITES, batch=_websites, description="Web addresses of the member's."
    )
    positions = restricted(
        ProfileField.POSITIONS,
        batch=_positions,
        description="Jobs, the current and latest first.",
    )
    education = restricted(
        ProfileField.EDUCATION,
        batch=_education,
        description="Schools, the current and latest first.",
    )
    skills = restricted(
        ProfileField.SKILLS, batch=_skills, description="What the member knows how to do."
    )
    languages = restricted(
        ProfileField.LANGUAGES, batch=_languages, description="Languages the member speaks."
    )


@strawberry.type(description="The viewer's own restricted fields as somebody else would get them.")
class ProfilePreview(ProfileFields):
    pass
