"""A plugin of pytest's that puts the executor in graphql-core's place, for graphql-core's tests.

Used as `-p core_plugin` in a process of its own; see test_graphql_core.
"""

import gc
import sys

import graphql.execution.execute  # noqa: F401  (the module, which the name below it hides)

from netql.execution import BreadthFirst

_module = sys.modules["graphql.execution.execute"]


class _Incremental(BreadthFirst, _module.IncrementalExecutor):
    """What graphql-core runs operations with."""


class _Throwing(BreadthFirst, _module.ExecutorThrowingOnIncremental):
    """What it runs them with where there is one answer."""


_module.IncrementalExecutor = _Incremental
_module.ExecutorThrowingOnIncremental = _Throwing


def pytest_collection_finish() -> None:
    """Many of the tests look for garbage, which is not among what was imported."""
    gc.collect()
    gc.freeze()
