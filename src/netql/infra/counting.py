"""Counts the statements that an operation sends to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_seen: ContextVar[list[str] | None] = ContextVar("netql_statements", default=None)


def note(statement: str) -> None:
    """Called by the engines for every statement but BEGIN, COMMIT and ROLLBACK."""
    seen = _seen.get()
    if seen is not None:
        seen.append(statement)


@contextmanager
def counting_statements() -> Iterator[list[str]]:
    """Collect the statements of the block and of the tasks that it starts."""
    seen: list[str] = []
    token = _seen.set(seen)
    try:
        yield seen
    finally:
        _seen.reset(token)
