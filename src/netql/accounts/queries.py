"""The door out: who a token speaks for, and until when."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from netql.accounts import sessions
from netql.accounts.watch import watch
from netql.errors import Unauthenticated
from netql.infra.tokens import Signer
from netql.viewer import GUEST, Viewer


@dataclass(frozen=True, slots=True)
class SignIn:
    """Whom a token speaks for, and until when: seconds since the epoch, None for a guest."""

    viewer: Viewer
    expires_at: float | None


NOBODY = SignIn(GUEST, None)


def sign_in_of(signer: Signer, authorization: str | None) -> SignIn:
    """What an `Authorization` value says, nobody's if there is none; its session is not asked for.

    Raises Unauthenticated for anything but a good token.
    """
    if authorization is None:
        return NOBODY
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated
    claims = signer.read(token.strip())
    return SignIn(Viewer(claims.member_id, claims.session_id), claims.expires_at)


async def viewer_of(signer: Signer, authorization: str | None) -> Viewer:
    """The viewer behind an `Authorization` value; a guest if there is none.

    Raises Unauthenticated for anything but a good token of a live session.
    """
    if authorization is None:
        return GUEST
    viewer = sign_in_of(signer, authorization).viewer
    await check_live(viewer)
    return viewer


async def check_live(viewer: Viewer) -> None:
    """Raises Unauthenticated once the viewer has signed out or closed the account: at once in this
    process, within a second in others."""
    if viewer.member_id is None or viewer.session_id is None:
        return
    if watch.knows(viewer.session_id, viewer.member_id):
        return
    ends = watch.ends
    if not await sessions.is_live(viewer.session_id, viewer.member_id):
        raise Unauthenticated
    watch.saw_live(viewer.session_id, viewer.member_id, ends)


@contextmanager
def told_when_over(sign_in: SignIn, over: Callable[[], None]) -> Iterator[None]:
    """Within the block `over` is called when the token expires, and when its session is seen to
    end: at once in this process, within a second where another process ended it.

    An end before the block is not told: `check_live` inside of it. A guest's is never over.
    """
    viewer, expires_at = sign_in.viewer, sign_in.expires_at
    if viewer.member_id is None or viewer.session_id is None or expires_at is None:
        yield
        return
    timer = asyncio.get_running_loop().call_later(max(0.0, expires_at - time.time()), over)
    try:
        with watch.telling(viewer.session_id, viewer.member_id, over):
            yield
    finally:
        timer.cancel()
