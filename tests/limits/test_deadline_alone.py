"""The one timer of all operations: who is late is stopped, and nobody else's wish is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress

import pytest
from graphql import ExecutionResult

from netql.api.deadline import Deadline
from netql.api.limits import TooLong

DONE = ExecutionResult({"a": 1}, None)


# In which everything is done that is to be in time, even if the machine stands still for a while.
PATIENT = 60.0


async def after(seconds: float) -> ExecutionResult:
    await asyncio.sleep(seconds)
    return DONE


def _is_late(result: ExecutionResult) -> bool:
    return result.data is None and isinstance((result.errors or [])[0].original_error, TooLong)


async def test_the_late_are_stopped_and_the_others_are_not() -> None:
    deadline = Deadline(0.2)
    loop = asyncio.get_running_loop()
    begun = loop.time()

    async def kept(seconds: float, work: Awaitable[ExecutionResult]) -> ExecutionResult:
        deadline.seconds = seconds
        return await deadline.keep(work)

    results = await asyncio.gather(
        kept(PATIENT, after(0)),
        kept(0.2, after(40)),
        kept(PATIENT, after(0.3)),
        kept(0.2, after(60)),
    )
    assert loop.time() - begun < 20
    assert [_is_late(result) for result in results] == [False, True, False, True]
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    assert _is_late(await deadline.keep(after(30)))
    assert task.cancelling() == 0


async def test_who_is_cancelled_by_others_is_cancelled() -> None:
    at_work, cleaning = asyncio.Event(), asyncio.Event()

    async def willing() -> ExecutionResult:
        at_work.set()
        return await after(30)

    async def stubborn() -> ExecutionResult:
        try:
            return await after(30)
        except asyncio.CancelledError:
            # While it cleans up after its deadline, somebody else cancels it.
            cleaning.set()
            await asyncio.sleep(30)
            raise

    for deadline, work, reached in (
        (Deadline(PATIENT), willing(), at_work),
        (Deadline(0.1), stubborn(), cleaning),
    ):
        task = asyncio.ensure_future(deadline.keep(work))
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not deadline._running


async def test_a_result_that_comes_in_spite_of_it_is_told() -> None:
    async def anyway() -> ExecutionResult:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(30)
        return DONE

    task = asyncio.current_task()
    assert task is not None
    assert await Deadline(0.1).keep(anyway()) is DONE
    assert task.cancelling() == 0
    await asyncio.sleep(0)


async def test_an_error_of_the_work_is_its_own() -> None:
    async def fails() -> ExecutionResult:
        raise TimeoutError("of something else")

    with pytest.raises(TimeoutError, match="something else"):
        await Deadline(5).keep(fails())


async def test_the_timer_rests_when_nothing_runs() -> None:
    deadline = Deadline(5)
    await deadline.keep(after(0))
    assert deadline._timed is not None
    await asyncio.sleep(0.2)
    assert deadline._timed is None
    assert await deadline.keep(after(0)) is DONE


def test_each_loop_has_a_timer_of_its_own() -> None:
    deadline = Deadline(0.1)

    def run(work: Awaitable[ExecutionResult]) -> ExecutionResult:
        async def main() -> ExecutionResult:
            return await deadline.keep(work)

        return asyncio.run(main())

    # The first loop ends with its timer set.
    assert run(after(0)) is DONE
    assert _is_late(run(after(30)))
