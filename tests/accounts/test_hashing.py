"""Hashing passwords, which is work for cores: it keeps others from theirs as little as it can."""

from __future__ import annotations

import asyncio
import os
import sys
import threading

import pytest

from netql.infra import passwords


@pytest.mark.skipif(sys.platform != "linux", reason="threads share a priority elsewhere")
async def test_threads_that_hash_yield_to_all_others() -> None:
    await asyncio.gather(*(passwords.matches("wrong", None) for _ in range(2)))
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    hashing = [one for one in threading.enumerate() if one.name.startswith("netql-password")]
    assert hashing
    for thread in hashing:
        assert thread.native_id is not None
        assert os.getpriority(os.PRIO_PROCESS, thread.native_id) == min(19, own + 10)


async def test_what_nobody_waits_for_any_more_is_not_hashed() -> None:
    waiting = [asyncio.create_task(passwords.matches("wrong", None)) for _ in range(500)]
    await asyncio.sleep(0.05)
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    # Five hundred would take half a minute and more.
    assert not await asyncio.wait_for(passwords.matches("wrong", None), 10)
