"""How a profile of the demo's cast is written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from netql.members.sections import EDUCATION, LANGUAGES, POSITIONS, SKILLS, WEBSITES, Section
from netql.privacy.audience import Audience
from netql.privacy.fields import Preset, ProfileField

Entries = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Profile:
    """What one member of the cast tells, and whom."""

    handle: str
    name: str
    texts: Mapping[str, Any]
    sections: Sequence[tuple[Section, Entries]]
    preset: Preset | None = None
    audiences: Mapping[ProfileField, Audience] = field(default_factory=dict)


def job(
    title: str, company: str, location: str, began: date, over: date | None = None, what: str = ""
) -> dict[str, Any]:
    return {
        "title": title,
        "company": company,
        "location": location,
        "description": what or None,
        "started_on": began,
        "ended_on": over,
    }


def course(school: str, degree: str, subject: str, began: int, over: int) -> dict[str, Any]:
    return {
        "school": school,
        "degree": degree,
        "field_of_study": subject,
        "started_on": date(began, 10, 1),
        "ended_on": date(over, 7, 31),
    }


def lists(
    jobs: Entries, courses: Entries, skills: str, languages: str, site: str
) -> list[tuple[Section, Entries]]:
    """The lists of a profile; languages are written as `name: proficiency`."""
    spoken = [text.split(": ") for text in languages.split(", ")]
    return [
        (POSITIONS, jobs),
        (EDUCATION, courses),
        (SKILLS, [{"name": skill} for skill in skills.split(", ")]),
        (LANGUAGES, [{"name": name, "proficiency": level} for name, level in spoken]),
        (WEBSITES, [{"url": site, "label": "Homepage"}]),
    ]


def fields(
    headline: str, industry: str, location: str, about: str, contact: str, born: date
) -> dict[str, Any]:
    """The plain fields; `contact` is e-mail, phone and pronouns, with spaces between."""
    email, phone, pronouns = contact.split()
    return {
        "headline": headline,
        "industry": industry,
        "location": location,
        "about": about,
        "email": email,
        "phone": phone,
        "pronouns": pronouns,
        "birthday": born,
    }
