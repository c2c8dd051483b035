"""`netql` commands as an operator runs them: processes of their own, told by their environment.

To start Python and import netql takes a second. So one process does that, and forks each of the
others when it is wanted: with an environment, a directory and an output of its own, and with
nothing of this process in it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

# Far longer than any takes on a busy machine: for what hangs.
_SECONDS = 300.0
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
    """A process that runs a function. It says what it says into a file: `log`, if given."""

    def __init__(
        self,
        env: Mapping[str, str],
        home: Path,
        work: Callable[..., None],
        *args: str,
        log: Path | None = None,
    ) -> None:
        self._own = TemporaryDirectory()
        out, err = (Path(self._own.name) / name for name in ("stdout", "stderr"))
        self._said = (log or out, log or err)
        self._process = _FORKS.Process(
            target=_in_its_place, args=(dict(env), home, self._said, work, args)
        )
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def stop(self, patience: float) -> None:
        """Ask it to end, as an operator does; it is killed if it has not after `patience` seconds.
        Raises TimeoutExpired then."""
        self._process.terminate()
        self._wait(patience)

    def end(self, patience: float = _SECONDS) -> Ended:
        """Wait for its end: its exit code and what it said. Raises TimeoutExpired after
        `patience` seconds."""
        with self._own:
            self._wait(patience)
            code = self._process.exitcode
            assert code is not None
            return Ended((), code, *(file.read_text() for file in self._said))

    def _wait(self, seconds: float) -> None:
        self._process.join(seconds)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
            raise subprocess.TimeoutExpired(self._process.name, seconds)


def _in_its_place(
    env: dict[str, str],
    home: Path,
    said: tuple[Path, Path],
    work: Callable[..., None],
    args: tuple[str, ...],
) -> None:
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    # Whoever starts processes of its own, as uvicorn does, hands this on.
    sys.stdin = os.fdopen(0, closefd=False)
    for number, path in enumerate(said, start=1):
        # Both may be one file, so neither writes where the other has.
        with path.open("ab") as file:
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
