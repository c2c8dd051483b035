"""A worker ends with the process that started it, even if that was killed."""

from __future__ import annotations

import signal
import subprocess
import sys

WORKER = """
import signal, sys, time
from netql.infra.supervised import end_with_supervisor

def ended(*_):
    print("ended", flush=True)
    sys.exit()

signal.signal(signal.SIGTERM, ended)
end_with_supervisor()
print("works", flush=True)
time.sleep(20)
print("lived on", flush=True)
"""
SUPERVISOR = f"""
import multiprocessing, time
process = multiprocessing.get_context("spawn").Process(target=exec, args=({WORKER!r}, {{}}))
process.start()
process.join()
"""


def test_a_killed_supervisor_takes_its_worker_along() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR], stdout=subprocess.PIPE, text=True
    ) as supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline() == "works\n"
        supervisor.kill()
        # All of it, so there is nobody left who could say more.
        assert supervisor.stdout.read() == "ended\n"
    assert supervisor.returncode == -signal.SIGKILL
