"""Jobs and studies whose dates fit together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from netql.seeding.dice import TODAY, Dice
from netql.seeding.groups import Groups
from netql.seeding.work import COMPANIES, DUTIES

_MOST_JOBS = 5


@dataclass(frozen=True, slots=True)
class Job:
    title: str
    company: str
    location: str | None
    description: str | None
    started_on: date
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class Course:
    school: str
    degree: str
    field_of_study: str
    started_on: date
    ended_on: date | None


def career(dice: Dice, place: Groups, first_year: int) -> tuple[Job, ...]:
    """Jobs, the latest first, none before the year given and each over before the next.

    The latest is at the company of the member's group; most are still at it.
    """
    if dice.chance(0.05):
        return ()
    titles = place.trade.titles
    moved_on = dice.chance(0.1)
    jobs: list[Job] = []
    # Months since the year 0: the only arithmetic of dates that cannot go wrong.
    end: int | None = None
    latest = TODAY.year * 12 - 2
    if moved_on:
        end = latest = latest - dice.below(10)
    for number in range(dice.between(1, _MOST_JOBS)):
        start = latest - dice.between(8, 70)
        if start < first_year * 12:
            break
        years = (start // 12 - first_year) // 4
        jobs.append(
            Job(
                titles[min(years, len(titles) - 1)],
                place.company if number == 0 else dice.pick(COMPANIES),
                place.city.name if dice.chance(0.5) else None,
                _description(dice, place) if dice.chance(0.3) else None,
                _month(start),
                None if end is None else _month(end),
            )
        )
        end = latest = start - dice.below(5)
    return tuple(jobs)


def course(dice: Dice, place: Groups, first_year: int) -> tuple[Course, ...]:
    """Studies, the latest first."""
    if dice.chance(0.12):
        return ()
    school, subject = dice.pick(place.city.schools), dice.pick(place.trade.degree)
    begin = first_year + dice.below(2)
    until = begin + dice.between(3, 5)
    found = [Course(school, "Bachelor", subject, date(begin, 10, 1), date(until, 7, 31))]
    if dice.chance(0.4):
        begin, until = until, until + dice.between(1, 2)
        school = dice.pick(place.city.schools)
        # The youngest are still at it.
        over = date(until, 7, 31) if until < TODAY.year else None
        found.append(Course(school, "Master", subject, date(begin, 10, 1), over))
    return tuple(reversed(found))


def _month(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)


def _description(dice: Dice, place: Groups) -> str:
    skills = place.trade.skills
    return dice.pick(DUTIES).format(
        skill=dice.pick(skills), other=dice.pick(skills), count=dice.between(3, 30)
    )
