"""Loads of many, gathered: one call at a time, begun after each of its loads was wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from netql.api.gathering import MOST, Gathering


class Reader:
    """Doubles numbers, and remembers what it was asked for; waits until it is let go."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.go = asyncio.Event()
        self.go.set()

    async def __call__(self, keys: list[int]) -> Sequence[int | Exception]:
        self.asked.append(keys)
        await self.go.wait()
        if -1 in keys:
            raise RuntimeError("The whole call failed.")
        return [KeyError(key) if key == 13 else 2 * key for key in keys]


async def test_what_is_wanted_in_one_turn_is_one_call() -> None:
    read = Reader()
    gathering = Gathering(read)
    found = await asyncio.gather(*(gathering.load(key) for key in (1, 2, 3, 2)))
    assert found == [2, 4, 6, 4]
    assert read.asked == [[1, 2, 3]]


async def test_what_is_wanted_during_a_call_is_the_next_one_even_if_it_is_the_same() -> None:
    read = Reader()
    gathering = Gathering(read)
    read.go.clear()
    first = asyncio.create_task(gathering.load(1))
    while not read.asked:  # noqa: ASYNC110 - there is no event for it
        await asyncio.sleep(0)
    later = [asyncio.create_task(gathering.load(key)) for key in (1, 2)]
    await asyncio.sleep(0)
    read.go.set()
    assert await asyncio.gather(first, *later) == [2, 2, 4]
    assert read.asked == [[1], [1, 2]]


async def test_nothing_is_kept() -> None:
    read = Reader()
    gathering = Gathering(read)
    assert [await gathering.load(1), await gathering.load(1)] == [2, 2]
    assert read.asked == [[1], [1]]


async def test_a_failure_of_one_key_is_its_own_and_one_of_the_call_is_everybodys() -> None:
    gathering = Gathering(Reader())
    found = await asyncio.gather(
        *(gathering.load(key) for key in (12, 13, 14)), return_exceptions=True
    )
    assert (found[0], found[2]) == (24, 28)
    assert isinstance(found[1], KeyError)
    found = await asyncio.gather(*(gathering.load(key) for key in (-1, 1)), return_exceptions=True)
    assert all(isinstance(one, RuntimeError) for one in found)
    # And the next is none the worse for it.
    assert await gathering.load(1) == 2


async def test_who_goes_away_takes_nobody_along() -> None:
    read = Reader()
    gathering = Gathering(read)
    read.go.clear()
    leaving, staying = [asyncio.create_task(gathering.load(key)) for key in (13, 1)]
    while not read.asked:  # noqa: ASYNC110 - there is no event for it
        await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    read.go.set()
    assert await staying == 2


async def test_a_call_is_bounded() -> None:
    read = Reader()
    gathering = Gathering(read)
    wanted = range(100, 101 + MOST)
    assert list(await asyncio.gather(*map(gathering.load, wanted))) == [2 * key for key in wanted]
    assert [len(keys) for keys in read.asked] == [MOST, 1]
