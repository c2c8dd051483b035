"""Resolvers that hold the event loop: while one runs, nobody else is answered.

What they found out is right, so it is given; that they did it this way is said in the log, as an
error that names the field. To fail their answers would make those depend on how busy a machine is.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Generator
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netql.execution.plan import FieldPlan

log = logging.getLogger("netql.execution")

# Seconds that one turn of the loop may take: far beyond any computation that belongs on it, and
# beyond what a machine that is merely busy adds to one.
PATIENCE = 0.25


def judge(field: FieldPlan, began: float) -> None:
    """Say so if what was done for the field since `began`, a `perf_counter`, held the loop."""
    took = perf_counter() - began
    if took > PATIENCE:
        log.error(
            "%s.%s held the event loop for %.2f s: nobody else was answered meanwhile. "
            "Await what it waits for, or give it to a thread.",
            field.parent_type.name,
            field.name,
            took,
        )


class Judged:
    """Awaits something for a field, with each of its turns judged."""

    __slots__ = ("_field", "_waiting")

    def __init__(self, field: FieldPlan, waiting: Awaitable[Any]) -> None:
        self._field = field
        self._waiting = waiting

    def __await__(self) -> Generator[Any, Any, Any]:
        steps: Any = self._waiting.__await__()
        failure: BaseException | None = None
        while True:
            began = perf_counter()
            try:
                # Whoever drives an awaitable of the loop sends nothing but None.
                asked = next(steps) if failure is None else steps.throw(failure)
            except StopIteration as end:
                return end.value
            finally:
                judge(self._field, began)
            failure = None
            try:
                yield asked
            except GeneratorExit:
                steps.close()
                raise
            except BaseException as error:
                failure = error
