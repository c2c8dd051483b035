"""Inviters ask again, but not for ever."""

from __future__ import annotations

import pytest

from netql.ids import new_id
from netql.torture import inviting
from netql.torture.inviting import Inviting
from netql.torture.people import Member
from netql.torture.ports import HOST, free_port


async def test_a_server_that_never_comes_back_ends_the_case(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inviting, "GIVEN_UP", 0.5)
    address = f"http://{HOST}:{free_port()}"
    pairs = [(Member(new_id(), "a token"), Member(new_id(), "another")) for _ in range(1_000)]
    writing = Inviting(lambda: address, pairs, rate=10, lanes=2)
    await writing.run()
    assert writing.tries > 2
    assert writing.sent == []
    assert writing.strange == ["a mutation was not acknowledged for 0.5 s"] * 2
