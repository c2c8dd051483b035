"""What graphql-core leaves over where an error takes something away.

Some coroutines of its own, and those of resolvers they were to await, never begin there; Python
warns of each. The executor under test must leave none, so only graphql-core's are looked away from.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from graphql import ExecutionResult

# Those that a cycle keeps until long after; they are named after graphql-core's class. Where the
# collector comes upon one while a named tuple is made, Python cannot even warn: there is nothing to
# import `warnings` with, and it says that instead.
LATE = pytest.mark.filterwarnings(
    "ignore:coroutine 'Executor\\.:RuntimeWarning",
    "ignore:Exception ignored in. <coroutine object Executor\\."
    ":pytest.PytestUnraisableExceptionWarning",
)


@contextmanager
def overlooked() -> Iterator[None]:
    """Around whatever graphql-core runs."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
        yield


def let_go(result: ExecutionResult) -> ExecutionResult:
    """The answer without what its errors hold of how they came about."""
    for error in result.errors or ():
        one: BaseException | None = error
        while one is not None:
            one.__traceback__ = None
            one = getattr(one, "original_error", None) or one.__cause__
    return result
