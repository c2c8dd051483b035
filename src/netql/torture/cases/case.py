"""What a case is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from netql.torture.rig import Rig
from netql.torture.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Case:
    """`promise` is the sentence that the case tries to break."""

    name: str
    promise: str
    run: Callable[[Rig], Awaitable[Verdict]]
