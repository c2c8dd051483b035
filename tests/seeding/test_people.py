"""Invented people are believable, fit the rules, and are the same each time."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from functools import cache
from itertools import pairwise

from netql.members import rules
from netql.privacy.audience import Audience
from netql.privacy.fields import RESTRICTIONS, ProfileField
from netql.seeding.cast import HANDLES
from netql.seeding.dice import OPENED, TODAY
from netql.seeding.people import Person, people
from netql.seeding.places import CITIES
from tests.execution import ONCE

pytestmark = ONCE

SIZE = 3000
# Changes only together with what a seed means.
GOLDEN_FIRST = ("016f5e66-e800-7535-a438-dc5a66838376", "piotr.sikora", "Piotr Sikora")
GOLDEN_DIGEST = "bc342d00936d9b22ca8bd2ebbde904e789e9ef33878227eac49ca6505412be0f"


@cache
def town() -> list[Person]:
    return list(people(3, SIZE))


def test_the_same_seed_gives_the_same_people() -> None:
    assert list(people(3, 400)) == list(people(3, 400))
    assert list(people(4, 50)) != list(people(3, 50))


def test_a_seed_means_the_same_for_ever() -> None:
    first = next(people(7, 20))
    assert (str(first.id), first.handle, first.name) == GOLDEN_FIRST
    assert hashlib.sha256(repr(list(people(7, 20))).encode()).hexdigest() == GOLDEN_DIGEST


def test_hash_randomisation_changes_nothing() -> None:
    program = (
        "from netql.seeding.people import people; from netql.seeding.ties import ties;"
        "print(list(people(7, 40)), list(ties(7, 40)))"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": number},
            capture_output=True,
            check=True,
        ).stdout
        for number in ("1", "2")
    ]
    assert said[0] == said[1]


def test_handles_are_valid_and_given_once() -> None:
    handles = [person.handle for person in town()]
    assert [rules.handle(handle) for handle in handles] == handles
    assert len(set(handles)) == SIZE
    assert not set(handles) & set(HANDLES)


def test_contacts_pass_the_rules_and_reach_nobody() -> None:
    for person in town():
        if person.email is not None:
            assert rules.email(person.email) == person.email
            assert person.email.rpartition("@")[2] in ("example.org", "example.net")
        if person.phone is not None:
            assert rules.phone(person.phone) == person.phone
            assert person.phone.startswith(tuple(city.phone[0] for city in CITIES))
        for url, _ in person.websites:
            assert rules.url(url, "url").startswith(
                ("https://example.org/", "https://example.net/")
            )


def test_texts_are_as_short_as_they_must_be() -> None:
    for person in town():
        assert len(person.name) <= rules.NAME_LENGTH
        assert len(person.about or "") <= rules.ABOUT_LENGTH
        assert len(person.headline or "") <= rules.LINE_LENGTH
        assert "{" not in f"{person}".replace("{'", "")


def test_dates_fit_together() -> None:
    for person in town():
        periods = [(job.started_on, job.ended_on) for job in person.jobs]
        periods += [(course.started_on, course.ended_on) for course in person.courses]
        for began, over in periods:
            assert began <= (over or TODAY.date()) <= TODAY.date()
        for later, earlier in pairwise(person.jobs):
            assert earlier.ended_on is not None
            assert earlier.ended_on <= later.started_on
        if person.birthday is not None:
            assert all(job.started_on.year - person.birthday.year >= 20 for job in person.jobs)


def test_lists_have_no_entry_twice() -> None:
    for person in town():
        assert len(set(person.skills)) == len(person.skills)
        assert len({name for name, _ in person.languages}) == len(person.languages)
        assert len({url for url, _ in person.websites}) == len(person.websites)


def test_most_have_a_job_and_some_have_had_several() -> None:
    current = sum(bool(person.jobs) and person.jobs[0].ended_on is None for person in town())
    assert 0.75 < current / SIZE < 0.95
    assert sum(len(person.jobs) > 2 for person in town()) > SIZE / 4


def test_no_audience_is_wider_than_it_may_be() -> None:
    for person in town():
        for field, chosen in zip(ProfileField, person.audiences, strict=True):
            assert Audience.ONLY_ME <= chosen <= RESTRICTIONS[field].widest


def test_audiences_differ() -> None:
    connections = list(ProfileField).index(ProfileField.CONNECTIONS)
    shown = sum(person.audiences[connections] == Audience.MEMBERS for person in town())
    assert 0.25 < shown / SIZE < 0.35
    default = tuple(int(RESTRICTIONS[field].default) for field in ProfileField)
    assert 0.4 < sum(person.audiences == default for person in town()) / SIZE < 0.6


def test_members_joined_one_after_the_other() -> None:
    assert all(one.created_at < next_.created_at for one, next_ in pairwise(town()))
    assert all(one.id < next_.id for one, next_ in pairwise(town()))
    assert town()[0].created_at >= OPENED
    assert town()[-1].created_at < TODAY
    assert {person.id.version for person in town()} == {7}
