"""Who used how much processor time."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass

import psutil


def own(process: psutil.Process) -> float:
    """Seconds used by a process itself."""
    times = process.cpu_times()
    return times.user + times.system


def of_database(postmaster: psutil.Process) -> float:
    """Seconds used by PostgreSQL's running processes."""
    total = 0.0
    for child in postmaster.children():
        with suppress(psutil.NoSuchProcess):
            total += own(child)
    return total


def settle(process: psutil.Process, limit: float = 4.0) -> None:
    """The load leaves with requests in flight: wait until the server has nothing left to do."""
    end = time.perf_counter() + limit
    while time.perf_counter() < end:
        before = own(process)
        time.sleep(0.06)
        if own(process) - before < 0.015:
            return


@dataclass(frozen=True, slots=True)
class Reading:
    """Every clock at one moment, in seconds."""

    at: float
    server: float
    database: float
    load: float
    rig: float
    machine: float
    stolen: float
    cores: tuple[float, ...]


def read(server: psutil.Process, postmaster: psutil.Process) -> Reading:
    """All clocks now. The load's is that of this process's ended children."""
    mine, all_cores = psutil.Process().cpu_times(), psutil.cpu_times()
    return Reading(
        time.perf_counter(),
        own(server),
        of_database(postmaster),
        mine.children_user + mine.children_system,
        mine.user + mine.system,
        all_cores.user + all_cores.nice + all_cores.system,
        all_cores.steal,
        tuple(sum(core) - core.idle - core.iowait for core in psutil.cpu_times(percpu=True)),
    )


def spent(before: Reading, after: Reading, requests: int) -> dict:
    """What was used between two readings: microseconds a request, and shares of one core.

    `foreign` belonged to none of us.
    """
    wall = after.at - before.at
    server, database = after.server - before.server, after.database - before.database
    load, rig = after.load - before.load, after.rig - before.rig
    foreign = after.machine - before.machine - server - database - load - rig
    return {
        "server_us": server / requests * 1e6,
        "pg_us": database / requests * 1e6,
        "load_us": load / requests * 1e6,
        "server_core": server / wall,
        "db_core": (database + load) / wall,
        "foreign": foreign / wall,
        "steal": (after.stolen - before.stolen) / wall,
        "cores": [(b - a) / wall for a, b in zip(before.cores, after.cores, strict=True)],
    }
