"""What waits for a bus that is down stays bounded, and nothing of it is lost."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from netql.ids import new_id
from netql.infra.outgoing import Outgoing


async def soon(outgoing: Outgoing) -> bool:
    """Whether there is something to send."""
    async with asyncio.timeout(5):
        await outgoing.some(0.01)
    return outgoing._some.is_set()


async def test_topics_gather_until_they_are_taken() -> None:
    outgoing, topics = Outgoing(), [new_id() for _ in range(3)]
    assert not await soon(outgoing)
    outgoing.add(topics[:2])
    outgoing.add(topics[1:])
    assert await soon(outgoing)
    with outgoing.taking() as taken:
        assert taken == set(topics)
    assert not await soon(outgoing)
    with outgoing.taking() as taken:
        assert taken == set()


async def test_what_could_not_be_sent_is_kept_with_what_came_meanwhile() -> None:
    outgoing, one, other = Outgoing(), new_id(), new_id()
    outgoing.add([one])
    with suppress(OSError), outgoing.taking():
        outgoing.add([other])
        raise OSError
    assert await soon(outgoing)
    with outgoing.taking() as taken:
        assert taken == {one, other}


async def test_beyond_the_bound_everybody_is_woken() -> None:
    outgoing = Outgoing(most=10)
    outgoing.add(new_id() for _ in range(10))
    with suppress(OSError), outgoing.taking() as taken:
        assert taken is not None
        assert len(taken) == 10
        raise OSError
    outgoing.add([new_id()])
    for _ in range(100):
        outgoing.add([new_id()])
        assert len(outgoing._topics) == 0
    with suppress(OSError), outgoing.taking() as taken:
        assert taken is None
        raise OSError
    with outgoing.taking() as taken:
        assert taken is None
    assert not await soon(outgoing)
    outgoing.add([one := new_id()])
    with outgoing.taking() as taken:
        assert taken == {one}


async def test_nothing_is_left_only_once_it_is_sent() -> None:
    outgoing = Outgoing()
    await outgoing.none()
    outgoing.add([new_id()])
    waiting = asyncio.create_task(outgoing.none())
    with suppress(OSError), outgoing.taking():
        await asyncio.sleep(0.01)
        raise OSError
    assert not waiting.done()
    with outgoing.taking():
        outgoing.add([new_id()])
    await asyncio.sleep(0.01)
    assert not waiting.done()
    with outgoing.taking():
        pass
    await waiting
