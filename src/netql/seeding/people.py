"""Invents people: the same ones for the same seed and size, wherever and whenever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from netql.seeding.careers import Course, Job, career, course
from netql.seeding.choices import Audiences, audiences
from netql.seeding.dice import OPENED, TODAY, Dice
from netql.seeding.groups import Groups, groups
from netql.seeding.handles import Handles
from netql.seeding.names import CULTURES, FAMILY_FIRST, PARTICLES, plain, written
from netql.seeding.places import LANGUAGES, PROFICIENCIES
from netql.seeding.work import ABOUTS, HOBBIES

PRONOUNS = ("she/her", "he/him", "they/them")
STREETS = ("Station Road", "Garden Street", "Mill Lane", "Market Square")


@dataclass(frozen=True, slots=True)
class Person:
    """A member as invented. `audiences` follows the order of `ProfileField`."""

    id: UUID
    handle: str
    name: str
    created_at: datetime
    headline: str | None
    industry: str | None
    location: str | None
    about: str | None
    pronouns: str | None
    email: str | None
    phone: str | None
    birthday: date | None
    address: str | None
    audiences: Audiences
    jobs: tuple[Job, ...]
    courses: tuple[Course, ...]
    skills: tuple[str, ...]
    languages: tuple[tuple[str, str], ...]
    websites: tuple[tuple[str, str], ...]


def joined_at(number: int, size: int) -> datetime:
    """When the member of that number joined: one after the other, until nearly today."""
    seconds = int((TODAY - OPENED).total_seconds())
    return OPENED + timedelta(seconds=seconds * number // (size + 1))


def people(seed: int, size: int) -> Iterator[Person]:
    """Each member of the network in the order of joining."""
    handles = Handles()
    for number, place in enumerate(groups(seed, size)):
        # A stream of each person's own: whatever one draws, the next stays the same.
        dice = Dice(f"{seed}/person/{number}")
        yield _person(dice, place, joined_at(number, size), handles)


def _person(dice: Dice, place: Groups, at: datetime, handles: Handles) -> Person:
    member_id = dice.timed_id(at)
    name, latin = _name(dice, place)
    handle = handles.take(dice, *latin)
    born = date(dice.between(1962, 2001), dice.between(1, 12), dice.between(1, 28))
    jobs = career(dice, place, born.year + 22)
    now = jobs[0] if jobs and jobs[0].ended_on is None else None
    skills = tuple(dice.several(place.trade.skills, dice.between(0, 7)))
    return Person(
        member_id,
        handle,
        name,
        at,
        _headline(dice, place, now),
        place.trade.industry if dice.chance(0.92) else None,
        f"{place.city.name}, {place.city.country}" if dice.chance(0.9) else None,
        _about(dice, place, born.year) if dice.chance(0.7) else None,
        dice.pick(PRONOUNS) if dice.chance(0.25) else None,
        f"{handle}@example.{dice.pick(('org', 'net'))}" if dice.chance(0.85) else None,
        _phone(dice, place) if dice.chance(0.55) else None,
        born if dice.chance(0.5) else None,
        f"{dice.between(1, 140)} {dice.pick(STREETS)}" if dice.chance(0.15) else None,
        audiences(dice),
        jobs,
        course(dice, place, born.year + 18),
        skills,
        _languages(dice, place),
        _websites(dice, handle),
    )


def _name(dice: Dice, place: Groups) -> tuple[str, tuple[str, str]]:
    """The name as its bearer writes it, and given and family name in plain letters."""
    local = dice.chance(0.8)
    culture = dice.pick(place.city.cultures if local else tuple(CULTURES))
    given_names, family_names = CULTURES[culture]
    given, family = dice.pick(given_names), dice.pick(family_names)
    particle, share = PARTICLES[culture]
    shown = (particle if dice.chance(share) else "") + written(family)
    second = dice.pick(family_names)
    if culture == "spanish" and second != family and dice.chance(0.5):
        shown += f" {second}"
    full = (shown, written(given)) if culture in FAMILY_FIRST else (written(given), shown)
    return " ".join(full), (plain(given), plain(family))


def _headline(dice: Dice, place: Groups, now: Job | None) -> str | None:
    if now is None:
        return f"Looking for work in {place.trade.industry}" if dice.chance(0.6) else None
    if dice.chance(0.3):
        return f"{now.title} · {place.trade.cause}"
    return f"{now.title} at {now.company}"


def _about(dice: Dice, place: Groups, born: int) -> str:
    trade = place.trade
    return dice.pick(ABOUTS).format(
        cause=trade.cause,
        city=place.city.name,
        title=dice.pick(trade.titles),
        hobby=dice.pick(HOBBIES),
        skill=dice.pick(trade.skills),
        years=max(TODAY.year - born - 22, 2),
        industry=trade.industry.lower(),
    )


def _phone(dice: Dice, place: Groups) -> str:
    start, digits = place.city.phone
    return f"{start}{dice.below(10**digits):0{digits}}"


def _languages(dice: Dice, place: Groups) -> tuple[tuple[str, str], ...]:
    others = dice.several(LANGUAGES, dice.between(0, 2))
    known = {place.city.language: "Native"}
    for language in ["English", *others] if dice.chance(0.8) else others:
        known.setdefault(language, dice.pick(PROFICIENCIES))
    return tuple(known.items())


def _websites(dice: Dice, handle: str) -> tuple[tuple[str, str], ...]:
    sites = (
        (f"https://example.org/people/{handle}", "Homepage"),
        (f"https://example.net/blog/{handle}", "Blog"),
    )
    return sites[: dice.pick((0, 0, 0, 1, 1, 2))]
