"""What was invented, as rows of the tables, in an order that every reference can stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from netql.members.search import search_keys_of
from netql.privacy.fields import ProfileField
from netql.seeding.dice import Dice
from netql.seeding.people import Person
from netql.seeding.ties import Arrival
from netql.text import search_key

_TEXTS = "headline industry location about pronouns email phone birthday address".split()
_PERIOD = ("started_on", "ended_on")

COLUMNS: dict[str, tuple[str, ...]] = {
    "members": (
        *("id", "handle", "name", "name_key", "created_at"),
        *_TEXTS,
        *(field.audience_column for field in ProfileField),
    ),
    "search_keys": ("id", "member_id", "key"),
    "positions": ("id", "member_id", "title", "company", "location", "description", *_PERIOD),
    "education": ("id", "member_id", "school", "degree", "field_of_study", *_PERIOD),
    "skills": ("id", "member_id", "name"),
    "languages": ("id", "member_id", "name", "proficiency"),
    "websites": ("id", "member_id", "url", "label"),
    "connections": ("id", "member_id", "other_id", "connected_at", "other_name"),
    "invitations": (
        *("id", "inviter_id", "invitee_id", "note", "sent_at", "expires_at"),
        *("answer", "answered_at", "withdrawn_at", "open"),
    ),
    "network_entries": ("id", "owner_id", "member_id", "note", "created_at"),
    "network_tags": ("id", "entry_id", "tag"),
    "blocks": ("id", "blocker_id", "blocked_id", "blocked_at", "handle", "name"),
}

Tables = defaultdict[str, list[Any]]


class Known(NamedTuple):
    """What of a member is needed to write down their ties."""

    id: UUID
    handle: str
    name: str
    name_key: str


def rows_of_person(person: Person, dice: Dice, into: Tables) -> None:
    """A member's row and those of their profile's lists."""
    texts = (getattr(person, name) for name in _TEXTS)
    key = search_key(person.name)
    first = (person.id, person.handle, person.name, key, person.created_at)
    into["members"].append((*first, *texts, *person.audiences))
    step = 0

    def add(table: str, *values: Any) -> None:
        nonlocal step
        # Lists without dates are shown in the order of their ids.
        step += 1
        into[table].append((dice.timed_id(person.created_at, step), person.id, *values))

    for found_by in search_keys_of(person.handle, person.name):
        add("search_keys", found_by)
    for job in reversed(person.jobs):
        period = (job.started_on, job.ended_on)
        add("positions", job.title, job.company, job.location, job.description, *period)
    for course in reversed(person.courses):
        period = (course.started_on, course.ended_on)
        add("education", course.school, course.degree, course.field_of_study, *period)
    for skill in person.skills:
        add("skills", skill)
    for language in person.languages:
        add("languages", *language)
    for website in person.websites:
        add("websites", *website)


def rows_of_arrival(arrival: Arrival, members: Sequence[Known], into: Tables) -> None:
    """Everything between a newcomer and those who were there before."""
    for tie in arrival.ties:
        one, other = members[tie.member], members[tie.other]
        at = tie.connected_at
        into["connections"].append((tie.id, one.id, other.id, at, other.name_key))
        into["connections"].append((tie.mirror_id, other.id, one.id, at, one.name_key))
    for sent in arrival.invitations:
        ends = (members[sent.inviter].id, members[sent.invitee].id)
        into["invitations"].append((sent.id, *ends, *sent[3:]))
    for entry in arrival.entries:
        ends = (members[entry.owner].id, members[entry.member].id)
        into["network_entries"].append((entry.id, *ends, entry.note, entry.created_at))
        into["network_tags"].extend((key, entry.id, tag) for key, tag in entry.tags)
    for block in arrival.blocks:
        met = members[block.blocked]
        ends = (members[block.blocker].id, met.id)
        into["blocks"].append((block.id, *ends, block.blocked_at, met.handle, met.name))
