"""`netql` commands as an operator runs them: processes of their own, told by their environment.

To start Python and import netql takes a second. So one process does that, and forks each of the
others when it is wanted: with an environment, a directory and an output of its own, and with
nothing of this process in it.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

_SECONDS = 60.0
_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(["netql.cli"])

Ended = subprocess.CompletedProcess[str]


def environment(url: str, home: Path, **settings: str) -> dict[str, str]:
    """What a netql process on that database is told, and nothing of this one's settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("NETQL_")}
    given = {f"NETQL_{name.upper()}": value for name, value in settings.items()}
    own = {"NETQL_DATABASE_URL": url, "NETQL_SIGNING_KEY_FILE": str(home / "netql.key")}
    return {**clean, **own, **given}


class Started:
    """A process that runs a function; `end` waits for it."""

    def __init__(
        self, env: Mapping[str, str], home: Path, work: Callable[..., None], *args: str
    ) -> None:
        self._said = TemporaryDirectory()
        out, err = self._files()
        self._process = _FORKS.Process(
            target=_in_its_place, args=(dict(env), home, out, err, work, args)
        )
        self._process.start()

    def _files(self) -> tuple[Path, Path]:
        return Path(self._said.name) / "stdout", Path(self._said.name) / "stderr"

    def end(self) -> Ended:
        """Its exit code and what it said. Raises TimeoutExpired after a minute."""
        with self._said:
            self._process.join(_SECONDS)
            if self._process.exitcode is None:
                self._process.kill()
                self._process.join()
                raise subprocess.TimeoutExpired(self._process.name, _SECONDS)
            code = self._process.exitcode
            self._process.close()
            return Ended((), code, *(file.read_text() for file in self._files()))


def _in_its_place(
    env: dict[str, str], home: Path, out: Path, err: Path, work: Callable[..., None], args: Any
) -> None:
    for number, path in ((1, out), (2, err)):
        with path.open("wb") as file:
            os.dup2(file.fileno(), number)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(home)
    work(*args)


def command_line(*words: str) -> None:
    """`netql` with those words, in the process that calls this."""
    from netql.cli import main

    main(words, prog_name="netql")


def netql(env: Mapping[str, str], home: Path, *words: str) -> Ended:
    """One `netql` command, run to its end."""
    return Started(env, home, command_line, *words).end()


def command(env: Mapping[str, str], home: Path, *words: str) -> str:
    """What a `netql` command prints; it must succeed."""
    done = netql(env, home, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
