"""Races: acts that begin at the same moment on connections of their own, and what must hold
whoever wins.

On PostgreSQL they are truly at once; on SQLite, where a write waits for the one before, the
order alone is left to chance.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from uuid import UUID

from netql.errors import Refused, Unauthenticated
from netql.infra.database import Row, fetch, fetch_one, transaction
from netql.members.actions import create_member
from netql.viewer import Viewer

Act = Callable[[], Awaitable[object]]
Round = Callable[[int], Awaitable[None]]

# Longer than this, a round has locked itself up.
PATIENCE = 300
SIDE_BY_SIDE = 4

_numbers = count(1)


async def racers(number: int) -> list[Viewer]:
    """New members without anything but a name."""
    async with transaction():
        return [
            Viewer(await create_member(f"racer{next(_numbers)}", "Rae Cer")) for _ in range(number)
        ]


async def together(*acts: Act) -> list[object]:
    """What each act gave or how it was refused, in order; all of them begin at once.

    Anything but a refusal, a deadlock above all, is raised.
    """
    barrier = asyncio.Barrier(len(acts))

    async def begin(act: Act) -> object:
        await barrier.wait()
        try:
            return await act()
        except (Refused, Unauthenticated) as refusal:
            return refusal

    # Tasks run in the order of their making: nobody shall always be the first.
    order = random.sample(range(len(acts)), len(acts))
    tasks = {index: asyncio.create_task(begin(acts[index])) for index in order}
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*tasks.values())
    return [tasks[index].result() for index in range(len(acts))]


async def rounds(number: int, play: Round) -> None:
    """Play so many rounds, several side by side, so that pairs also meet in the pool."""
    waiting = iter(range(number))

    async def player() -> None:
        for index in waiting:
            await play(index)

    async with asyncio.TaskGroup() as group:
        for _ in range(SIDE_BY_SIDE):
            group.create_task(player())


def won(results: Sequence[object]) -> list[int]:
    """Which of the acts succeeded."""
    return [index for index, result in enumerate(results) if not isinstance(result, Exception)]


def code(result: object) -> str:
    """The code of a refusal, or `done`."""
    return result.code if isinstance(result, Refused | Unauthenticated) else "done"


State = tuple[bool, int, int]


async def state(one: UUID, other: UUID) -> State:
    """Connected or not, how many open invitations, how many blocks; and no broken invariant."""
    return (await states(one, [other]))[0]


async def states(one: UUID, others: Sequence[UUID]) -> list[State]:
    """The state of one member with each of the others, in order."""
    sides = await _between("connections", "member_id", "other_id", one, others)
    waiting = await _between("invitations", "inviter_id", "invitee_id", one, others)
    blocks = await _between("blocks", "blocker_id", "blocked_id", one, others)
    return [
        _state(sides[it], [row for row in waiting[it] if row["open"]], blocks[it]) for it in others
    ]


def _state(sides: list[Row], waiting: list[Row], blocks: list[Row]) -> State:
    assert len(sides) in (0, 2), "a tie has two sides"
    assert len({side["connected_at"] for side in sides}) <= 1
    assert len(waiting) <= 1, "one open invitation per pair"
    assert not (sides and waiting), "who is connected waits for nothing"
    assert not (sides and blocks), "nobody is connected across a block"
    return bool(sides), len(waiting), len(blocks)


async def _between(
    table: str, start: str, end: str, one: UUID, others: Sequence[UUID]
) -> dict[UUID, list[Row]]:
    """Rows of the table from the one to the others or back, by the other."""
    found: dict[UUID, list[Row]] = {other: [] for other in others}
    for near, far in ((start, end), (end, start)):
        rows = await fetch(
            f"SELECT * FROM {table} WHERE {near} = $1 AND {far} = ANY($2)", one, list(others)
        )
        for row in rows:
            found[row[far]].append(row)
    return found


async def log_is_whole(member_id: UUID) -> int:
    """How many events the member's log holds: numbered from one, without a gap."""
    rows = await fetch("SELECT number FROM events WHERE member_id = $1 ORDER BY number", member_id)
    numbers = [row["number"] for row in rows]
    assert numbers == list(range(1, len(numbers) + 1))
    stream = await fetch_one(
        "SELECT last_number FROM event_streams WHERE member_id = $1", member_id
    )
    assert (stream["last_number"] if stream else 0) == len(numbers)
    return len(numbers)
