"""A plugin of pytest's that puts the executor in graphql-core's place, for graphql-core's tests.

They have a minute each where they would wait for a second.

Used as `-p core_plugin` in a process of its own; see test_graphql_core.
"""

import asyncio
import gc
import sys
from collections.abc import Awaitable
from typing import Any

import graphql.execution.execute  # noqa: F401  (the module, which the name below it hides)

from netql.execution import BreadthFirst

_module = sys.modules["graphql.execution.execute"]


class _Incremental(BreadthFirst, _module.IncrementalExecutor):
    """What graphql-core runs operations with."""


class _Throwing(BreadthFirst, _module.ExecutorThrowingOnIncremental):
    """What it runs them with where there is one answer."""


_module.IncrementalExecutor = _Incremental
_module.ExecutorThrowingOnIncremental = _Throwing

_wait_for = asyncio.wait_for


def _waited_for(waited: Awaitable[Any], timeout: float | None) -> Awaitable[Any]:
    """They wait for what fails them if it never comes; a busy machine may be late with it."""
    return _wait_for(waited, None if timeout is None else 60 * timeout)


asyncio.wait_for = _waited_for  # type: ignore[assignment]


def pytest_collection_finish() -> None:
    """Many of the tests look for garbage, which is not among what was imported."""
    gc.collect()
    gc.freeze()
