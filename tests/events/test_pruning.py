"""What is old goes: of logs from the beginning, of keys all; and a log says that it was pruned."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from netql.clock import now
from netql.connections.events import INVITATION_RECEIVED
from netql.errors import BadCursor, StreamReset
from netql.events import pruning
from netql.events.pruning import sweep
from netql.events.reading import entries_of_many
from netql.events.recording import last_number, number_at, pruned_to
from netql.ids import earliest_id, new_id
from netql.infra.database import dialect, execute, fetch, for_update, transaction
from netql.settings import Settings
from tests.people import People, Person

MONTH = timedelta(days=30)
OLD, FRESH = MONTH + 2 * pruning.LATER, timedelta(days=29, hours=23)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few rows take several."""
    monkeypatch.setattr(pruning, "BATCH", 7)
    monkeypatch.setattr(pruning, "BREATH", 0)


def made_at(moment: datetime) -> UUID:
    """A key as `new_id` would have made it then."""
    return UUID(int=earliest_id(moment).int | (7 << 76) | (uuid4().int & ((1 << 62) - 1)))


async def logged(person: Person, *ages: timedelta) -> list[str]:
    """Entries of a log that were written so long ago, in this order; their cursors."""
    cursors = []
    for age in ages:
        number = await last_number(person.key) + 1
        cursors.append(uuid4().hex[:22])
        async with transaction():
            await execute(
                "INSERT INTO event_streams (member_id, last_number) VALUES ($1, $2)"
                " ON CONFLICT (member_id) DO UPDATE SET last_number = excluded.last_number",
                person.key,
                number,
            )
            await execute(
                "INSERT INTO events (id, member_id, number, cursor, kind, subject_id, recorded_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                made_at(now() - age),
                person.key,
                number,
                cursors[-1],
                INVITATION_RECEIVED,
                uuid4(),
                now() - age,
            )
    return cursors


async def numbers(person: Person) -> list[int]:
    rows = await fetch("SELECT number FROM events WHERE member_id = $1", person.key)
    return sorted(row["number"] for row in rows)


def test_a_key_sorts_by_the_time_of_its_making() -> None:
    before, key, after = now(), new_id(), now()
    assert earliest_id(before) < key < earliest_id(after + timedelta(milliseconds=1))
    assert earliest_id(before - timedelta(milliseconds=1)) < earliest_id(before)


async def test_a_log_keeps_what_is_younger(people: People) -> None:
    ann, ben = [await people.member() for _ in range(2)]
    await logged(ann, *[OLD] * 20, FRESH, FRESH)
    await logged(ben, FRESH, FRESH)
    entries, _ = await sweep(MONTH)
    assert entries == 20
    assert await numbers(ann) == [21, 22]
    assert await numbers(ben) == [1, 2]
    assert (await pruned_to(ann.key), await pruned_to(ben.key)) == (20, 0)
    assert await sweep(MONTH) == (0, 0)


async def test_the_newest_entry_stays_however_old(people: People) -> None:
    several = await people.several(5)
    for person in several:
        await logged(person, *[OLD] * 4)
    await sweep(MONTH)
    assert [await numbers(person) for person in several] == [[4]] * 5
    assert [await last_number(person.key) for person in several] == [4] * 5


async def test_no_hole_is_left_where_keys_and_numbers_crossed(people: People) -> None:
    """One writer made its key first and got its number last."""
    ann = await people.member()
    await logged(ann, OLD, FRESH, OLD, FRESH, FRESH)
    await sweep(MONTH)
    assert await numbers(ann) == [4, 5]


async def test_a_cursor_from_before_what_is_kept_is_told_so(people: People) -> None:
    ann, ben = [await people.member() for _ in range(2)]
    old, older, kept, newest = await logged(ann, OLD, OLD, FRESH, FRESH)
    theirs = (await logged(ben, FRESH))[0]
    for cursor in ("x" * 22, theirs):
        with pytest.raises(BadCursor):
            await number_at(ann.key, cursor, MONTH)
    for _ in range(2):
        # The same before the sweep comes as after it.
        for cursor in (old, older):
            with pytest.raises(StreamReset) as reset:
                await number_at(ann.key, cursor, MONTH)
        assert reset.value.code == "STREAM_RESET"
        await sweep(MONTH)
    assert [await number_at(ann.key, cursor, MONTH) for cursor in (kept, newest)] == [3, 4]
    # An invented one cannot be told from one that was pruned, nor can another member's.
    for cursor in ("x" * 22, theirs):
        with pytest.raises(StreamReset):
            await number_at(ann.key, cursor, MONTH)
        with pytest.raises(BadCursor):
            await number_at(ben.key, "x" * 22, MONTH)
    # What never was a cursor is none, pruned or not.
    for cursor in (
        "",
        "x" * 21,
        "x" * 23,
        "x" * 21 + "\0",
        "x" * 21 + "=",
        "é" * 22,
        "x" * 22 + "\n",
    ):
        with pytest.raises(BadCursor):
            await number_at(ann.key, cursor, MONTH)


async def after(person: Person, number: int) -> list[int]:
    [entries] = await entries_of_many([(person.key, number)], 100)
    return [entry.number for entry in entries]


async def test_a_reader_that_was_overtaken_can_tell(people: People) -> None:
    """It had its number before the sweep, and reads after it: what it reads is not the next."""
    ann = await people.member()
    cursors = await logged(ann, OLD, OLD, OLD, FRESH)
    behind = await number_at(ann.key, cursors[0], 2 * MONTH)
    level = await number_at(ann.key, cursors[2], 2 * MONTH)
    await sweep(MONTH)
    for number in (0, behind):
        assert await after(ann, number) == [4]
        assert number + 1 < 4
    assert (await after(ann, level), level) == ([4], 3)
    assert await after(ann, 4) == []


async def test_an_invitation_after_a_sweep_has_the_next_number(people: People) -> None:
    ann, ben = [await people.member() for _ in range(2)]
    cursors = await logged(ann, OLD, OLD)
    await sweep(MONTH)
    await people.invite(ben, ann)
    assert await after(ann, await number_at(ann.key, cursors[1], 2 * MONTH)) == [3]


async def test_keys_past_their_day_go(people: People) -> None:
    ann, ben = [await people.member() for _ in range(2)]
    day = timedelta(hours=24)
    for person in (ann, ben):
        for number in range(10):
            await stored(person, f"old {number}", day + timedelta(seconds=1))
        await stored(person, "fresh", day - timedelta(minutes=1))
    assert (await sweep(MONTH))[1] == 20
    assert await keys(ann) == await keys(ben) == ["fresh"]


async def test_what_somebody_holds_is_passed_over(people: People) -> None:
    """On SQLite nobody can hold a row: there is one writer."""
    if dialect() != "postgres":
        return
    ann, ben = [await people.member() for _ in range(2)]
    await logged(ann, OLD, OLD)
    await stored(ann, "old", timedelta(hours=25))
    await logged(ben, OLD, OLD)
    holding, let_go = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with transaction():
            for table in ("idempotency_keys", "events"):
                await fetch(f"SELECT id FROM {table} WHERE member_id = $1{for_update()}", ann.key)
            holding.set()
            await let_go.wait()

    held = asyncio.create_task(hold())
    await holding.wait()
    async with asyncio.timeout(10):
        await sweep(MONTH)
    assert (await numbers(ann), await keys(ann), await numbers(ben)) == ([1, 2], ["old"], [2])
    let_go.set()
    await held
    await sweep(MONTH)
    assert (await numbers(ann), await keys(ann)) == ([2], [])


async def test_a_process_sweeps_by_itself_and_again_after_a_failure(
    people: People,
    database: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(pruning, "EVERY", 0.05)
    ann = await people.member()
    await logged(ann, OLD, OLD)
    failures = iter([RuntimeError("no")])
    real = pruning._prune_logs

    async def failing_once(end: UUID) -> int:
        for failure in failures:
            raise failure
        return await real(end)

    monkeypatch.setattr(pruning, "_prune_logs", failing_once)
    async with pruning.pruning(database), asyncio.timeout(10):
        while await numbers(ann) != [2]:  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0.02)
    assert [one.getMessage() for one in caplog.records if one.exc_info] == [
        "what is old could not be pruned; it is tried again"
    ]


async def stored(person: Person, key: str, age: timedelta) -> None:
    """A key as it was stored so long ago."""
    await execute(
        "INSERT INTO idempotency_keys"
        " (id, member_id, mutation, key, input_hash, outcome, node_ids, stored_at)"
        " VALUES ($1, $2, 'sendInvitation', $3, '', 'invited', '{}', $4)",
        made_at(now() - age),
        person.key,
        key,
        now() - age,
    )


async def keys(person: Person) -> list[str]:
    rows = await fetch("SELECT key FROM idempotency_keys WHERE member_id = $1", person.key)
    return [row["key"] for row in rows]
