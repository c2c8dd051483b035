"""Inviters ask again, but not for ever."""

from __future__ import annotations

import pytest

from netql.ids import new_id
from netql.torture import inviting
from netql.torture.inviting import Inviting
from netql.torture.people import Member
from netql.torture.ports import HOST
from tests.ports import closed_port


async def test_a_server_that_never_comes_back_ends_the_case(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inviting, "GIVEN_UP", 0.5)
    # So short that even a busy machine tries several times.
    monkeypatch.setattr(inviting, "LONGEST_WAIT", 0.01)
    pairs = [(Member(new_id(), "a token"), Member(new_id(), "another")) for _ in range(1_000)]
    with closed_port() as port:
        writing = Inviting(lambda: f"http://{HOST}:{port}", pairs, rate=10, lanes=2)
        await writing.run()
    assert writing.tries > 2
    assert writing.sent == []
    assert writing.strange == ["a mutation was not acknowledged for 0.5 s"] * 2
