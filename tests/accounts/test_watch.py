"""Sessions that are known to be live without asking, and how soon it is known that they ended."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import pytest

from netql.accounts import queries, sessions
from netql.accounts.queries import check_live
from netql.accounts.watch import LONGEST, SIGHT, Watch, watch
from netql.clock import now
from netql.errors import Unauthenticated
from netql.infra.counting import counting_statements
from netql.infra.database import execute, transaction
from tests.accounts.sight import kept_in_sight
from tests.people import People, Person


async def asked(person: Person) -> int:
    """How many statements it takes to know that the person's session is live."""
    with counting_statements() as seen:
        await check_live(person.viewer)
    return len(seen)


async def let_pass(person: Person) -> bool:
    try:
        await check_live(person.viewer)
    except Unauthenticated:
        return False
    return True


async def end_elsewhere(person: Person) -> None:
    """As another process ends a session: this one is not told."""
    await execute("UPDATE sessions SET ended_at = $2 WHERE id = $1", person.session, now())


@pytest.fixture
async def ann(people: People) -> AsyncIterator[Person]:
    with kept_in_sight():
        await watch.look()
        yield await people.member("Ann Arden")


async def test_a_live_session_is_asked_for_once(ann: Person) -> None:
    assert [await asked(ann), await asked(ann)] == [1, 0]


async def test_an_end_in_this_process_is_known_at_once(ann: Person) -> None:
    await check_live(ann.viewer)
    async with transaction():
        await sessions.end(ann.session)
    with pytest.raises(Unauthenticated):
        await check_live(ann.viewer)


async def test_the_end_of_all_sessions_is_known_at_once(ann: Person) -> None:
    await check_live(ann.viewer)
    async with transaction():
        await sessions.end_all(ann.key)
    with pytest.raises(Unauthenticated):
        await check_live(ann.viewer)


async def test_an_end_that_is_rolled_back_is_none(ann: Person) -> None:
    await check_live(ann.viewer)
    with suppress(ZeroDivisionError):
        async with transaction():
            await sessions.end(ann.session)
            raise ZeroDivisionError
    assert await asked(ann) == 0


async def test_an_end_elsewhere_is_known_within_a_second(
    ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Watch()
    monkeypatch.setattr(queries, "watch", own)
    monkeypatch.setattr("netql.accounts.watch.SIGHT", SIGHT)
    async with own.watching():
        while await asked(ann):
            await own.look()
        await end_elsewhere(ann)
        ended = moment = time.monotonic()
        while await let_pass(ann):
            # The moment before it was let pass, for this may be long after it.
            assert moment - ended < SIGHT
            await asyncio.sleep(0.01)
            moment = time.monotonic()


async def test_an_end_that_no_look_can_see_is_found_out_after_a_minute(
    ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a process whose clock is far behind, or by hand."""
    await check_live(ann.viewer)
    late = now() - timedelta(hours=1)
    await execute("UPDATE sessions SET ended_at = $2 WHERE id = $1", ann.session, late)
    await watch.look()
    assert await let_pass(ann)
    monkeypatch.setitem(watch._live, ann.session, (ann.key, time.monotonic() - LONGEST))
    with pytest.raises(Unauthenticated):
        await check_live(ann.viewer)


async def test_who_cannot_look_asks(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netql.accounts.watch.SIGHT", SIGHT)
    await check_live(ann.viewer)
    monkeypatch.setattr(watch, "_looked", time.monotonic() - SIGHT)
    assert await asked(ann) == 1
    await end_elsewhere(ann)
    with pytest.raises(Unauthenticated):
        await check_live(ann.viewer)


async def test_who_was_blind_for_long_forgets_everything(people: People) -> None:
    ann = await people.member("Ann Arden")
    own = Watch()
    await own.look()
    own.saw_live(ann.session, ann.key, own.ends)
    assert own.knows(ann.session, ann.key)
    own._looked -= 31
    await own.look()
    assert not own.knows(ann.session, ann.key)


class Told:
    """Who is told of ends counts them."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


async def test_who_waits_is_told_of_the_session_s_end_and_of_no_other(people: People) -> None:
    ann, ben = await people.member("Ann Arden"), await people.member("Ben Brook")
    own, one, two, other = Watch(), Told(), Told(), Told()
    with (
        own.telling(ann.session, ann.key, one),
        own.telling(ann.session, ann.key, two),
        own.telling(ben.session, ben.key, other),
    ):
        own.saw_end(ann.session)
        assert (one.times, two.times, other.times) == (1, 1, 0)
        own.saw_end_of_all(ben.key)
        assert (one.times, two.times, other.times) == (1, 1, 1)
    own.saw_end(ann.session)
    own.saw_end_of_all(ben.key)
    assert (one.times, two.times, other.times) == (1, 1, 1)
    assert not own._told


async def test_who_waits_is_told_of_an_end_elsewhere_at_the_next_look(people: People) -> None:
    ann, ben = await people.member("Ann Arden"), await people.member("Ben Brook")
    own, told, other = Watch(), Told(), Told()
    await own.look()
    with own.telling(ann.session, ann.key, told), own.telling(ben.session, ben.key, other):
        await end_elsewhere(ann)
        await own.look()
    assert (told.times > 0, other.times) == (True, 0)


@pytest.mark.parametrize("since", ["_asked", "_looked"], ids=["a minute", "blind for long"])
async def test_who_waits_is_told_in_the_end_of_what_no_look_can_see(
    people: People, since: str
) -> None:
    ann, ben = await people.member("Ann Arden"), await people.member("Ben Brook")
    own, told, other = Watch(), Told(), Told()
    await own.look()
    with own.telling(ann.session, ann.key, told), own.telling(ben.session, ben.key, other):
        late = now() - timedelta(hours=1)
        await execute("UPDATE sessions SET ended_at = $2 WHERE id = $1", ann.session, late)
        await own.look()
        assert told.times == 0
        setattr(own, since, getattr(own, since) - LONGEST)
        await own.look()
    assert (told.times, other.times) == (1, 0)


async def test_nothing_is_known_without_a_look(people: People) -> None:
    ann = await people.member("Ann Arden")
    own = Watch()
    own.saw_live(ann.session, ann.key, own.ends)
    assert not own.knows(ann.session, ann.key)


async def test_a_session_that_ended_while_it_was_asked_for_is_not_remembered(
    people: People,
) -> None:
    ann = await people.member("Ann Arden")
    own = Watch()
    await own.look()
    before = own.ends
    own.saw_end(ann.session)
    own.saw_live(ann.session, ann.key, before)
    assert not own.knows(ann.session, ann.key)


async def test_a_session_speaks_for_its_own_member_only(people: People) -> None:
    ann, ben = await people.member("Ann Arden"), await people.member("Ben Brook")
    own = Watch()
    await own.look()
    own.saw_live(ann.session, ann.key, own.ends)
    assert not own.knows(ann.session, ben.key)
