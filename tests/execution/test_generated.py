"""Schemas, resolvers and operations that nobody thought of, on both executors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import ExecutionResult, OperationType
from hypothesis import given, settings
from hypothesis import strategies as st

from netql.execution import left_to_graphql_core
from tests.execution import ONCE
from tests.execution.agreeing import compared
from tests.execution.both import Case, Outcome, case, outcome, unpropagated
from tests.execution.dice import LONG, ORDINARY, Dice
from tests.execution.leftovers import LATE

pytestmark = [ONCE, LATE]
_CASES, _LONG = 300, 20_000
_KINDS = ("mutation", "query", "without errors", "with errors", "null")


@st.composite
def cases(draw: st.DrawFn) -> Case:
    return case(Dice(draw))


@pytest.fixture(scope="module")
def seen() -> Iterator[Counter[str]]:
    """What the cases came to; cases that are all alike would prove nothing."""
    counted: Counter[str] = Counter()
    yield counted
    if counted["cases"] >= _CASES:
        for wanted in ("exactly", "in another order", "in what is open", *_KINDS):
            assert counted[wanted] > 0, f"no case came out: {wanted}"


@pytest.mark.timeout(1800)
@settings(max_examples=_CASES, **ORDINARY)
@given(case=cases())
async def test_generated_cases_come_out_as_with_graphql_core(
    seen: Counter[str], case: Case
) -> None:
    await _agree(seen, case)


@pytest.mark.long
@pytest.mark.timeout(7200)
@settings(max_examples=_LONG, **LONG)
@given(case=cases())
async def test_twenty_thousand_cases_come_out_as_with_graphql_core(
    seen: Counter[str], case: Case
) -> None:
    await _agree(seen, case)


async def _agree(seen: Counter[str], case: Case) -> None:
    seen["cases"] += 1
    left = left_to_graphql_core.total()
    for variables in case.operation.variables:

        async def all_errors(sent: dict[str, Any] = variables) -> ExecutionResult:
            told = unpropagated(case.document)
            return (await outcome(case, sent, ours=False, document=told)).result

        core = await outcome(case, variables, ours=False)
        # The second time by a plan that was made the first time.
        for _ in range(2):
            ours = await outcome(case, variables, ours=True)
            assert left_to_graphql_core.total() == left
            how = await compared(
                ours.result, core.result, all_errors, all_told=not case.script.cut_short()
            )
            errors = "with errors" if ours.result.errors else "without errors"
            null = [] if ours.result.data else ["null"]
            seen.update([how, case.kind.value, errors, *null])
            assert how == "exactly" or case.script.leaves_open()
            _same_effects(case, ours, core)


def _same_effects(case: Case, ours: Outcome, core: Outcome) -> None:
    """Each resolver called once for each object; those of a mutation one after the other."""
    if not core.result.errors:
        assert Counter(ours.called) == Counter(core.called)
        assert not ours.forgotten
    if case.kind is OperationType.MUTATION:
        assert _roots(ours) == _roots(core)


def _roots(outcome: Outcome) -> list[tuple[str, str, int]]:
    return [one for one in outcome.called if one[1].startswith("Mutation.")]
