"""The process that looks after several workers: uvicorn's, with an end that tells how it was."""

from __future__ import annotations

import sys
from typing import Any

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess


def run_workers(factory: str, workers: int, options: dict[str, Any]) -> None:
    """Serve until asked to end. Exits with 3 if it ended because a worker could not start, as
    `uvicorn.run` does for a single process only: whatever looks after this one has to know."""
    config = uvicorn.Config(factory, factory=True, workers=workers, **options)
    supervisor = Multiprocess(config, [config.bind_socket()])
    supervisor.run()
    if any(worker.exitcode == STARTUP_FAILURE for worker in supervisor.processes):
        sys.exit(STARTUP_FAILURE)
