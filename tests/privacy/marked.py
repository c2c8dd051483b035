"""People whose every value can be recognised: a text of an answer tells whose and which it is.

Each field of a marked person holds a value that no other field of anybody holds. The audiences
go round: field number i has the audience number i + rotation, as far as it may be that wide. So
each person uses every audience, and a rotation is all there is to choose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

from netql.infra.database import execute
from netql.members import actions, sections
from netql.privacy.audience import Audience
from netql.privacy.fields import RESTRICTIONS, ProfileField
from tests.people import People, Person

_numbers = count(1)
# The current job is in the list of jobs too, so two fields give its title away.
_CURRENT = (ProfileField.CURRENT_POSITION, ProfileField.POSITIONS)


@dataclass(frozen=True)
class Marked:
    """A person, what they chose, and by which of their fields each of their values is read."""

    person: Person
    audiences: Mapping[ProfileField, Audience]
    markers: Mapping[str, tuple[ProfileField, ...]] = field(repr=False)

    @property
    def id(self) -> str:
        return self.person.id

    def audience(self, of: ProfileField) -> Audience:
        """The choice as it counts: a list for EXTENDED is a list for CONNECTIONS."""
        chosen = self.audiences[of]
        if of is ProfileField.CONNECTIONS and chosen is Audience.EXTENDED:
            return Audience.CONNECTIONS
        return chosen

    @property
    def list_audience(self) -> Audience:
        return self.audience(ProfileField.CONNECTIONS)


def rotated(rotation: int, connections: Audience) -> dict[ProfileField, Audience]:
    """An audience for every field, each kind in turn, and one for the list of connections."""
    fields = [name for name in ProfileField if name is not ProfileField.CONNECTIONS]
    chosen = {
        name: min(Audience((place + rotation) % len(Audience)), RESTRICTIONS[name].widest)
        for place, name in enumerate(fields)
    }
    return chosen | {ProfileField.CONNECTIONS: connections}


async def set_audiences(person: Person, audiences: Mapping[ProfileField, Audience]) -> None:
    """All of somebody's choices in one statement."""
    columns = ", ".join(
        f"{name.audience_column} = ${place}" for place, name in enumerate(audiences, start=2)
    )
    values = [int(audience) for audience in audiences.values()]
    await execute(f"UPDATE members SET {columns} WHERE id = $1", person.key, *values)


async def marked(
    people: People,
    name: str,
    audiences: Mapping[ProfileField, Audience],
    *,
    unset: Iterable[ProfileField] = (),
    number: int | None = None,
) -> Marked:
    """Somebody new with a marked value in every field, but for those to be left unset.

    The number makes telephone and birthday; two people of one number share those.
    """
    person = await people.member(name)
    number = next(_numbers) if number is None else number
    left_out = set(unset)

    def value(of: ProfileField) -> str:
        return f"{of.value}-of-{person.handle}-"

    email, phone = f"mail.{person.handle}@example.org", f"+4930{number:07}"
    birthday = date(1920, 1, 1) + timedelta(days=number)
    avatar = f"https://example.org/{value(ProfileField.AVATAR_URL)}"
    texts = {
        name.value: value(name)
        for name in (
            ProfileField.HEADLINE,
            ProfileField.INDUSTRY,
            ProfileField.LOCATION,
            ProfileField.PRONOUNS,
            ProfileField.ABOUT,
            ProfileField.ADDRESS,
        )
    }
    columns = texts | {
        "email": email,
        "phone": phone,
        "birthday": birthday,
        "avatar_url": avatar,
    }
    kept = {key: held for key, held in columns.items() if ProfileField(key) not in left_out}
    await actions.update_profile(person.viewer, kept)
    current, past = value(ProfileField.CURRENT_POSITION), value(ProfileField.POSITIONS)
    rows = (
        (ProfileField.CURRENT_POSITION, sections.POSITIONS, {"title": current, "company": "Acme"}),
        (
            ProfileField.POSITIONS,
            sections.POSITIONS,
            {
                "title": past,
                "company": "Acme",
                "started_on": date(2001, 1, 1),
                "ended_on": date(2002, 1, 1),
            },
        ),
        (
            ProfileField.EDUCATION,
            sections.EDUCATION,
            {"school": value(ProfileField.EDUCATION)},
        ),
        (ProfileField.SKILLS, sections.SKILLS, {"name": value(ProfileField.SKILLS)}),
        (ProfileField.LANGUAGES, sections.LANGUAGES, {"name": value(ProfileField.LANGUAGES)}),
        (
            ProfileField.WEBSITES,
            sections.WEBSITES,
            {"url": f"https://example.org/{value(ProfileField.WEBSITES)}"},
        ),
    )
    for of, section, held in rows:
        if of not in left_out:
            await sections.add(person.viewer, section, held)
    await set_audiences(person, audiences)
    markers = {value(name): (name,) for name in ProfileField if name not in _CURRENT}
    markers |= {
        email: (ProfileField.EMAIL,),
        phone: (ProfileField.PHONE,),
        birthday.isoformat(): (ProfileField.BIRTHDAY,),
        current: _CURRENT,
        past: (ProfileField.POSITIONS,),
    }
    return Marked(person, audiences, markers)
