"""A worker ends with the process that started it, even if that was killed."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

WORKER = """
import signal, sys, time
from netql.infra.supervised import end_with_supervisor

def asked(*_):
    print("asked", flush=True)
    {then}

signal.signal(signal.SIGTERM, asked)
end_with_supervisor(0.1)
print("works", flush=True)
for _ in range(200):
    time.sleep(0.1)
print("lived on", flush=True)
"""
SUPERVISOR = """
import multiprocessing, time
process = multiprocessing.get_context("spawn").Process(target=exec, args=({worker!r}, {{}}))
process.start()
process.join()
"""


@pytest.mark.parametrize("then", ["sys.exit()", "pass"], ids=["and it ends", "and it hangs"])
def test_a_killed_supervisor_takes_its_worker_along(then: str) -> None:
    started = SUPERVISOR.format(worker=WORKER.format(then=then))
    with subprocess.Popen(
        [sys.executable, "-c", started], stdout=subprocess.PIPE, text=True
    ) as supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline() == "works\n"
        supervisor.kill()
        # All of it, so there is nobody left who could say more.
        assert supervisor.stdout.read() == "asked\n"
    assert supervisor.returncode == -signal.SIGKILL
