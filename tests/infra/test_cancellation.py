"""Cancelled at any moment, an act is done whole or not at all, and the database lives on.

Clients hang up. Their requests are cancelled wherever they stand: before BEGIN has come back,
between statements, while COMMIT is under way.
"""

from __future__ import annotations

import asyncio
import gc
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import pytest

from netql.accounts.actions import close_account
from netql.connections import actions
from netql.events.wakeups import wakeups
from netql.infra.bus import LocalBus
from netql.infra.counting import counting_statements
from netql.infra.database import execute, fetch_one, lock_pair, transaction
from netql.network.actions import add_to_network
from netql.safety.actions import block_member
from netql.settings import Settings
from tests.api import Api
from tests.connections.graph import MUTATIONS
from tests.infra.wholeness import is_whole
from tests.live.inside import eventually
from tests.people import PASSWORD, People, Person

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.timeout(1800)]
SETTINGS = Settings()
Counts = tuple[int, ...]


async def counts(*statements: tuple[str, UUID]) -> Counts:
    """How many rows each of the conditions finds."""
    found = []
    for statement, key in statements:
        row = await fetch_one(f"SELECT count(*) AS held FROM {statement}", key)
        assert row is not None
        found.append(int(row["held"]))
    return tuple(found)


@dataclass(frozen=True)
class Case:
    """An act: what is made for it, what it does, and what is there before and afterwards."""

    prepare: Callable[[People, Person, Person], Awaitable[Callable[[], Awaitable[object]]]]
    effects: Callable[[Person, Person], Awaitable[Counts]]
    before: Counts
    after: Counts


async def _send(people: People, ann: Person, ben: Person) -> Callable[[], Awaitable[object]]:
    return partial(actions.send_invitation, ann.viewer, ben.key, "Hello", SETTINGS, "key")


async def _sent(ann: Person, ben: Person) -> Counts:
    return await counts(
        ("invitations WHERE open AND inviter_id = $1", ann.key),
        ("events WHERE member_id = $1", ben.key),
        ("event_streams WHERE last_number = 1 AND member_id = $1", ben.key),
        ("idempotency_keys WHERE outcome <> '' AND member_id = $1", ann.key),
        ("idempotency_keys WHERE member_id = $1", ann.key),
    )


async def _accept(people: People, ann: Person, ben: Person) -> Callable[[], Awaitable[object]]:
    invitation = await people.invite(ann, ben)
    return partial(actions.accept_invitation, ben.viewer, invitation, SETTINGS)


async def _accepted(ann: Person, ben: Person) -> Counts:
    return await counts(
        ("connections WHERE member_id = $1", ann.key),
        ("connections WHERE member_id = $1", ben.key),
        ("invitations WHERE open AND inviter_id = $1", ann.key),
        ("invitations WHERE answer = 'ACCEPTED' AND inviter_id = $1", ann.key),
    )


async def _block(people: People, ann: Person, ben: Person) -> Callable[[], Awaitable[object]]:
    await people.connect(ann, ben)
    return partial(block_member, ann.viewer, ben.key)


async def _blocked(ann: Person, ben: Person) -> Counts:
    return await counts(
        ("connections WHERE member_id = $1", ann.key),
        ("connections WHERE member_id = $1", ben.key),
        ("ended_connections WHERE member_id = $1", ann.key),
        ("blocks WHERE blocker_id = $1", ann.key),
    )


async def _add(people: People, ann: Person, ben: Person) -> Callable[[], Awaitable[object]]:
    return partial(add_to_network, ann.viewer, ben.key, ["a", "b", "c"], "Note", "key")


async def _added(ann: Person, ben: Person) -> Counts:
    return await counts(
        ("network_entries WHERE owner_id = $1", ann.key),
        ("network_tags t JOIN network_entries e ON e.id = t.entry_id WHERE owner_id = $1", ann.key),
        ("idempotency_keys WHERE member_id = $1", ann.key),
    )


async def _close(people: People, ann: Person, ben: Person) -> Callable[[], Awaitable[object]]:
    await people.connect(ann, ben)
    await people.give_account(ann)
    return partial(close_account, ann.viewer, PASSWORD)


async def _closed(ann: Person, ben: Person) -> Counts:
    return await counts(
        ("members WHERE closed_at IS NULL AND id = $1", ann.key),
        ("members WHERE name <> '' AND id = $1", ann.key),
        ("accounts WHERE member_id = $1", ann.key),
        ("sessions WHERE ended_at IS NULL AND member_id = $1", ann.key),
        ("connections WHERE member_id = $1", ben.key),
    )


CASES = {
    "send": Case(_send, _sent, (0, 0, 0, 0, 0), (1, 1, 1, 1, 1)),
    "accept": Case(_accept, _accepted, (0, 0, 1, 0), (1, 1, 0, 1)),
    "block": Case(_block, _blocked, (1, 1, 0, 0), (0, 0, 1, 1)),
    "add": Case(_add, _added, (0, 0, 0), (1, 3, 1)),
    "close": Case(_close, _closed, (1, 1, 1, 1, 1), (0, 0, 0, 0, 0)),
}


@pytest.fixture(autouse=True)
def _nobody_else_wakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a line to other processes does when it was lost and is back."""
    monkeypatch.setattr(wakeups, "bus", LocalBus())


async def begun(
    act: Callable[[], Awaitable[object]], statement: int, then: float
) -> asyncio.Task[object]:
    """The act, under way: so many statements were sent, and a little time has gone by since."""
    with counting_statements() as seen:
        task = asyncio.ensure_future(act())
    # Nobody signals that a statement was sent, so every turn of the loop is looked at.
    while len(seen) < statement and not task.done():  # noqa: ASYNC110
        await asyncio.sleep(0)
    # Nothing at all, a few turns of the loop, or a part of what a statement takes.
    if then < 0.3:
        for _ in range(int(then * 10)):
            await asyncio.sleep(0)
    else:
        await asyncio.sleep((then - 0.3) * 0.002)
    return task


async def statements_of(case: Case, people: People) -> int:
    """How many statements the act sends when it is left alone."""
    ann, ben = await people.several(2)
    act = await case.prepare(people, ann, ben)
    assert await case.effects(ann, ben) == case.before
    with counting_statements() as seen:
        await act()
    assert await case.effects(ann, ben) == case.after
    return len(seen)


@pytest.mark.parametrize("name", CASES)
async def test_an_act_is_done_whole_or_not_at_all(
    api: Api, people: People, long_run: bool, name: str
) -> None:
    """A hundred operations and more, cancelled at points that the dice choose."""
    case = CASES[name]
    total = await statements_of(case, people)
    dice = random.Random(name)
    outcomes: Counter[str] = Counter()
    repetitions = 400 if long_run else 30
    for number in range(repetitions):
        ann, ben = await people.several(2)
        act = await case.prepare(people, ann, ben)
        # Every statement has its turn, the transaction's entry and its commit most often.
        at = dice.choice((0, total, total, dice.randint(1, total)))
        then = dice.random() if number % 3 else dice.random() * 0.3
        if number < 2:
            at, then = 0, 0.0
        with wakeups.bus.listening(ben.key) as woken:
            task = await begun(act, at, then)
            if number == 0:
                # However busy the machine is, one of them gets through, and the next does not.
                await asyncio.wait([task])
            task.cancel()
            # Who hangs up may be followed by who shuts down: even cleaning up is cancelled.
            for _ in range(dice.choice((0, 0, 1, 2, 3))):
                await asyncio.sleep(0)
                task.cancel()
            [result] = await asyncio.gather(task, return_exceptions=True)
            await is_whole()
            effects = await case.effects(ann, ben)
            # Events wake their reader if and only if they were committed; where nobody was left to
            # hear of it, somebody looks.
            if name in ("send", "accept") and effects == case.after:
                await eventually(woken.is_set)
            else:
                assert not woken.is_set()
        assert effects in (case.before, case.after)
        if not isinstance(result, asyncio.CancelledError):
            assert not isinstance(result, BaseException), result
            assert effects == case.after
        outcomes["done" if effects == case.after else "undone"] += 1
        # And it can be done again, by whoever comes next.
        if effects == case.before:
            await act()
            assert await case.effects(ann, ben) == case.after
    assert set(outcomes) == {"done", "undone"}
    assert (await api.run("{ viewer { id } }")) == {"viewer": None}


# graphql-core makes the resolvers of a level before it awaits them; when it is cancelled in
# between, some never begin.
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
async def test_requests_that_are_hung_up_on(api: Api, people: People, long_run: bool) -> None:
    """The same through the whole of the server: tokens, resolvers, loaders, payload."""
    dice = random.Random(4)
    outcomes: Counter[int] = Counter()
    took = 0.0
    for number in range(600 if long_run else 30):
        ann, ben = await people.several(2)
        task = asyncio.ensure_future(
            api.text(MUTATIONS["sendInvitation"], as_=ann, input={"memberId": ben.id})
        )
        if number == 0:
            # However busy the machine is, one of them gets through; so long it takes here.
            began = time.monotonic()
            await asyncio.wait([task])
            took = time.monotonic() - began
        elif number > 1:
            await asyncio.sleep(dice.uniform(0, took))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await is_whole()
        row = await counts(
            ("invitations WHERE inviter_id = $1", ann.key), ("events WHERE member_id = $1", ben.key)
        )
        assert row in ((0, 0), (1, 1))
        outcomes[row[0]] += 1
    assert set(outcomes) == {0, 1}
    # What never began is dropped here, where the warning is expected.
    gc.collect()
    assert (await api.run("{ viewer { handle } }", as_=ann))["viewer"]["handle"] == ann.handle


async def test_many_are_cancelled_at_once(people: People) -> None:
    """More than there are connections: some at work, some in the queue."""
    dice = random.Random(5)
    for _ in range(5):
        everybody = await people.several(40)
        tasks = [
            asyncio.ensure_future(actions.send_invitation(one.viewer, other.key, None, SETTINGS))
            for one, other in zip(everybody[::2], everybody[1::2], strict=True)
            for _ in range(2)
        ]
        await asyncio.sleep(dice.uniform(0, 0.01))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await is_whole()
        for one, other in zip(everybody[::2], everybody[1::2], strict=True):
            invitations, events = await counts(
                ("invitations WHERE inviter_id = $1", one.key),
                ("events WHERE member_id = $1", other.key),
            )
            assert invitations == events <= 1


async def test_who_waits_for_a_pair_can_leave_without_a_trace(people: People) -> None:
    ann, ben = await people.several(2)
    held, let_go = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with transaction():
            await lock_pair(ben.key, ann.key)
            held.set()
            await let_go.wait()

    holder = asyncio.ensure_future(hold())
    await held.wait()
    sending = partial(actions.send_invitation, ann.viewer, ben.key, None, SETTINGS)
    waiting = [asyncio.ensure_future(sending()) for _ in range(5)]
    done, _ = await asyncio.wait(waiting, timeout=0.1)
    assert not done
    for task in waiting:
        task.cancel()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)
    assert not holder.done()
    let_go.set()
    await holder
    await is_whole()
    assert await counts(("invitations WHERE inviter_id = $1", ann.key)) == (0,)
    await sending()
    assert await counts(("invitations WHERE inviter_id = $1", ann.key)) == (1,)


async def test_whoever_is_cancelled_at_the_door_leaves_it_open() -> None:
    """The entry of a transaction alone, at every turn of the loop that it takes."""
    entered = 0
    for turns in range(60):
        inside = asyncio.Event()

        async def enter(inside: asyncio.Event = inside) -> None:
            async with transaction():
                inside.set()
                await asyncio.Event().wait()

        task = asyncio.ensure_future(enter())
        for _ in range(turns // 3):
            await asyncio.sleep(0 if turns % 3 else 0.0005)
        if turns > 57:
            # However busy the machine is, somebody gets in.
            await inside.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        entered += inside.is_set()
        await is_whole()
    assert 0 < entered < 60, "some were at the door, some inside"


async def test_a_cancelled_commit_still_does_what_follows_it(people: People) -> None:
    """The caller is cancelled while COMMIT is under way: it goes through, and so does the rest."""
    [ann] = await people.several(1)
    followed = asyncio.Event()
    at_commit = asyncio.Event()

    async def change() -> None:
        async with transaction() as current:
            await execute("UPDATE members SET headline = 'new' WHERE id = $1", ann.key)
            current.after_commit.append(followed.set)

            async def announce() -> None:
                at_commit.set()

            current.before_commit.append(announce)

    task = asyncio.ensure_future(change())
    await at_commit.wait()
    task.cancel()
    [result] = await asyncio.gather(task, return_exceptions=True)
    assert isinstance(result, asyncio.CancelledError)
    await asyncio.wait_for(followed.wait(), 5)
    await is_whole()
    assert await counts(("members WHERE headline = 'new' AND id = $1", ann.key)) == (1,)
