"""Who acts in the fuzzed network, signed in anew where what was sent has signed them out."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.fuzz.world import World
from tests.live.server import Server
from tests.people import PASSWORD

_SIGN_IN = (
    "mutation ($handle: String!, $password: String!)"
    " { signIn(input: { handle: $handle, password: $password }) { accessToken } }"
)
_SIGN_UP = (
    "mutation ($handle: String!, $password: String!) { signUp(input:"
    ' { handle: $handle, name: "New Comer", password: $password }) { accessToken } }'
)


class Sessions:
    """Tokens by names. In the place of who left comes somebody new, under the same name here."""

    def __init__(self, server: Server, world: World) -> None:
        self._server = server
        self._world = world
        self.tokens = dict(world.tokens)
        self._left: set[str] = set()

    def hidden(self, name: str, asked: str) -> list[str]:
        """What an answer to the text must not hold, if it is for who goes by the name now."""
        return self._world.eyes("newcomer" if name in self._left else name, asked)

    def sign_in(self, name: str) -> None:
        """A new session for the name."""
        token = None
        if name not in self._left:
            token = self._token(_SIGN_IN, name)
        if token is None:
            self._left.add(name)
            token = self._token(_SIGN_UP, f"new.{uuid4().hex[:12]}")
        assert token is not None
        self.tokens[name] = token

    def sign_in_all(self) -> None:
        for name in self.tokens:
            self.sign_in(name)

    def _token(self, mutation: str, handle: str) -> str | None:
        told: Any = self._server.ask(mutation, handle=handle, password=PASSWORD)
        (payload,) = told.values()
        token: str | None = payload["accessToken"]
        return token
