"""A server that is measured has a core for itself, where there are several."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import psutil
import pytest

from netql.torture.cores import Cores, held_to, hold, split

pytestmark = pytest.mark.skipif(not split().server, reason="this machine has one core to give")
SLEEPER = "import time; print(flush=True); time.sleep(60)"
# One that has started another; both are there once a line has come.
FAMILY = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEPER!r}])"


def test_server_and_others_share_no_core() -> None:
    cores = split()
    assert cores.server | cores.others == os.sched_getaffinity(0)
    assert not cores.server & cores.others
    assert len(cores.server) == 1
    assert str(Cores(frozenset((3,)), frozenset((0, 2)))) == "server:3/others:0,2"
    assert str(Cores()) == "shared"


def test_what_is_started_there_stays_there() -> None:
    cores, before = split(), os.sched_getaffinity(0)
    with held_to(cores.others), held_to(cores.server):
        process = subprocess.Popen([sys.executable, "-c", SLEEPER])
    held = os.sched_getaffinity(process.pid)
    process.kill()
    process.wait()
    assert held == cores.server
    assert os.sched_getaffinity(0) == before


def test_a_family_is_held_together() -> None:
    cores = split()
    with subprocess.Popen(
        [sys.executable, "-c", FAMILY], stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        hold(process.pid, cores.others)
        family = [process.pid, *(one.pid for one in psutil.Process(process.pid).children())]
        held = [os.sched_getaffinity(one) for one in family]
        os.killpg(process.pid, signal.SIGKILL)
    assert held == [cores.others, cores.others]
