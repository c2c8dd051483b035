"""Whose core is whose: a server that is measured has one for itself."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Cores:
    """The server's, and everybody else's; both empty where processes cannot be held to some, or
    where there is only one."""

    server: frozenset[int] = frozenset()
    others: frozenset[int] = frozenset()

    def __str__(self) -> str:
        if not self.server:
            return "shared"
        return f"server:{_listed(self.server)}/others:{_listed(self.others)}"


def _listed(cores: frozenset[int]) -> str:
    return ",".join(map(str, sorted(cores)))


def split() -> Cores:
    """The last core that this process may use for the server, the rest for the others."""
    if sys.platform == "linux":
        usable = sorted(os.sched_getaffinity(0))
        if len(usable) > 1:
            return Cores(frozenset(usable[-1:]), frozenset(usable[:-1]))
    return Cores()


@contextmanager
def held_to(cores: frozenset[int]) -> Iterator[None]:
    """Within the block this thread runs on these cores, and whatever it starts for good; anywhere
    if there are none."""
    if not cores:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def hold(family: int, cores: frozenset[int]) -> None:
    """Hold a process and those that it has started to these cores, if there are any."""
    if cores:
        first = psutil.Process(family)
        for one in (first, *first.children(recursive=True)):
            one.cpu_affinity(sorted(cores))
