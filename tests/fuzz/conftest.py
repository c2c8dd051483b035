"""A running netql with the world of `tests.fuzz.world`; what it did is looked over at its end."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.fuzz.invariants import look
from tests.fuzz.sessions import Sessions
from tests.fuzz.world import World, seed
from tests.live.server import Server, running
from tests.processes import Started, environment

# What a judge of time says of a busy machine: tests.fuzz.stalls judges that better.
_SLOW = re.compile(r"^.* ERROR netql\.execution .* held the event loop for .*$", re.M)
_WRONG = re.compile(r"^.*(?:Traceback|internal error| ERROR | CRITICAL |Exception).*$", re.M)


class Fuzzed(NamedTuple):
    """What the tests of this folder share: one after the other, they do as they like with it."""

    server: Server
    world: World
    sessions: Sessions


def _done(env: dict[str, str], home: Path, work: Callable[..., None], *words: str) -> None:
    ended = Started(env, home, work, *words).end()
    assert ended.returncode == 0, ended.stderr


@pytest.fixture(scope="package")
def fuzzed(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Fuzzed]:
    """Whatever the tests send it: no bug is logged, nothing hidden is, and the tables hold."""
    home = tmp_path_factory.mktemp("fuzzed")
    env = environment(
        new_database(),
        home,
        sign_up="open",
        explorer="false",
        access_token_seconds="3600",
        cooldown_days="0",
        invitations_per_pair_and_year="100",
        member_points_per_minute="0",
        address_points_per_minute="0",
        account_attempts="0",
        address_attempts="0",
        database_patience="60",
        log_level="debug",
    )
    told = home / "world.json"
    _done(env, home, seed, str(told))
    world = World.read(told)
    before = _looked(env, home, world)
    assert before["broken"] == []
    with running(env, home, "serve") as server:
        yield Fuzzed(server, world, Sessions(server, world))
    log = server.log.read_text()
    assert [line[:2000] for line in _WRONG.findall(_SLOW.sub("", log))] == []
    everything = {value for hidden in world.hidden.values() for value in hidden}
    assert [value for value in everything if "-of-" in value and value in log] == []
    after = _looked(env, home, world)
    assert after["broken"] == []
    assert after["own"] == before["own"], "somebody's own rows were changed by others"


def _looked(env: dict[str, str], home: Path, world: World) -> dict[str, Any]:
    path = home / "looked.json"
    _done(env, home, look, str(path), *world.passive)
    found: dict[str, Any] = json.loads(path.read_text())
    return found
