"""Running cases one after the other, by name."""

from __future__ import annotations

import asyncio
import signal

from netql.errors import ConfigurationError
from netql.torture.cases import CASES
from netql.torture.cases.case import Case
from netql.torture.rig import Options, rig
from netql.torture.verdict import Verdict


def listed() -> str:
    """A line for each case: its name, and what it tries to break."""
    width = max(len(case.name) for case in CASES)
    return "\n".join(f"{case.name:{width}}  {case.promise}" for case in CASES)


def run(name: str, options: Options) -> bool:
    """Run the case of that name, saying what is wrong and last its line of figures; whether it
    holds. Raises ConfigurationError."""
    found = [case for case in CASES if case.name == name]
    if not found:
        raise ConfigurationError(f"There is no case {name}: netql torture --list")
    try:
        verdict = asyncio.run(once(found[0], options))
    except asyncio.CancelledError:
        options.say(f"{name}: stopped")
        return False
    for wrong in verdict.wrong:
        options.say(f"  {wrong}")
    options.say(verdict.line(name))
    return not verdict.wrong


async def once(case: Case, options: Options) -> Verdict:
    """What comes of the case. Raises ConfigurationError where it cannot be run."""
    task = asyncio.current_task()
    assert task is not None
    # Or the servers that it started would outlive it.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    async with rig(options) as stand:
        return await case.run(stand)
