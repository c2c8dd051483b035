"""What lasts is told when its sign-in is over."""

from __future__ import annotations

import asyncio
import time

import pytest

from netql.accounts import sessions
from netql.accounts.queries import NOBODY, SignIn, sign_in_of, told_when_over
from netql.errors import Unauthenticated
from netql.infra.database import transaction
from netql.infra.tokens import Signer
from tests.people import People


async def test_a_token_says_whom_it_speaks_for_and_until_when(
    people: People, signer: Signer
) -> None:
    ann = await people.member()
    found = sign_in_of(signer, f"Bearer {ann.token}")
    assert found == SignIn(ann.viewer, signer.read(ann.token).expires_at)
    assert sign_in_of(signer, None) is NOBODY
    for wrong in ("", "Bearer", f"Basic {ann.token}", f"Bearer {ann.token}x"):
        with pytest.raises(Unauthenticated):
            sign_in_of(signer, wrong)


async def test_an_expiry_is_told_when_it_comes_and_not_after_the_block(people: People) -> None:
    ann, over = await people.member(), asyncio.Event()
    began = time.time()
    with told_when_over(SignIn(ann.viewer, began + 0.1), over.set):
        await asyncio.wait_for(over.wait(), 60)
    # Loops count in milliseconds.
    assert time.time() - began > 0.09
    over.clear()
    with told_when_over(SignIn(ann.viewer, time.time() + 0.1), over.set):
        pass
    await asyncio.sleep(0.2)
    assert not over.is_set()


async def test_the_end_of_the_session_is_told_once_it_is_committed(people: People) -> None:
    ann, over = await people.member(), asyncio.Event()
    with told_when_over(SignIn(ann.viewer, time.time() + 60), over.set):
        async with transaction():
            await sessions.end(ann.session)
            assert not over.is_set()
        assert over.is_set()


async def test_a_guest_s_is_never_over(people: People) -> None:
    over = asyncio.Event()
    with told_when_over(NOBODY, over.set):
        await people.close(await people.member())
    assert not over.is_set()
