"""The demo: five people whose relations show what netql is about."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from starlette.requests import Request
from starlette.responses import Response

from netql.accounts.actions import token_for
from netql.infra.tokens import Signer
from netql.settings import Settings


@dataclass(frozen=True, slots=True)
class Part:
    """A member of the cast, and what the visitor should know of them."""

    handle: str
    name: str
    about: str


CAST = (
    Part("ann", "Ann Arden", "connected with Ben, blocks Dan"),
    Part("ben", "Ben Brook", "connected with Ann and Cat"),
    Part("cat", "Cat Castell", "connected with Ben: second degree to Ann"),
    Part("dan", "Dan Dale", "blocked by Ann"),
    Part("eve", "Eve Ellery", "a stranger to all"),
)


_THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")


def for_demo(settings: Settings) -> Settings:
    """The settings, with this machine's names as the only ones to be called by if it listens to
    nobody else: a page could otherwise point a name of its own at it, and fetch the cast's
    tokens."""
    if settings.hosts or settings.host not in ("localhost", "127.0.0.1", "::1"):
        return settings
    return settings.model_copy(update={"hosts": _THIS_MACHINE})


class CastRoute:
    """Gives out tokens of the cast, so that a visitor can look through their eyes. There is no
    such route outside of `netql demo`."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    async def __call__(self, _: Request) -> Response:
        members = [
            {"handle": part.handle, "name": part.name, "about": part.about, "token": token}
            for part in CAST
            if (token := await token_for(self._signer, part.handle)) is not None
        ]
        return Response(
            orjson.dumps({"members": members}),
            media_type="application/json",
            headers={"cache-control": "no-store"},
        )
