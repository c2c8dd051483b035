"""The door out: who a token speaks for."""

from __future__ import annotations

from netql.accounts import sessions
from netql.accounts.watch import watch
from netql.errors import Unauthenticated
from netql.infra.tokens import Signer
from netql.viewer import GUEST, Viewer


async def viewer_of(signer: Signer, authorization: str | None) -> Viewer:
    """The viewer behind an `Authorization` value; a guest if there is none.

    Raises Unauthenticated for anything but a good token of a live session.
    """
    if authorization is None:
        return GUEST
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated
    claims = signer.read(token.strip())
    viewer = Viewer(claims.member_id, claims.session_id)
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
