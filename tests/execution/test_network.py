"""netql's own schema over a real database: the same questions to both executors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from graphql import ExecutionResult, OperationType
from hypothesis import given, settings
from hypothesis import strategies as st
from tortoise.exceptions import TransactionManagementError

from netql.api.schema import Schema
from netql.execution import left_to_graphql_core
from netql.infra.database import transaction
from netql.infra.tokens import Signer
from netql.settings import Settings
from netql.viewer import Viewer
from tests.execution.agreeing import compared, ordered
from tests.execution.dice import LONG, ORDINARY, Dice
from tests.execution.leftovers import LATE
from tests.execution.network import Network, leveled, make, rows
from tests.execution.operations import Operation
from tests.people import People

pytestmark = LATE
_QUERIES, _MUTATIONS = 40, 20
_LONG_QUERIES, _LONG_MUTATIONS = 1400, 600


@st.composite
def operations(draw: st.DrawFn, network: Network, kind: OperationType) -> Operation:
    return network.operation(Dice(draw), kind)


@pytest.fixture(scope="module")
async def network(people: People, settings: Settings, signer: Signer) -> AsyncIterator[Network]:
    made = await make(people, settings, signer)
    yield made
    assert sum(count for length, count in made.lengths.items() if length > 1) > _QUERIES


@pytest.mark.timeout(1800)
@settings(max_examples=_QUERIES, **ORDINARY)
@given(data=st.data())
async def test_queries_are_answered_alike(network: Network, data: st.DataObject) -> None:
    await _asked(network, data)


@pytest.mark.long
@pytest.mark.timeout(3600)
@settings(max_examples=_LONG_QUERIES, **LONG)
@given(data=st.data())
async def test_many_queries_are_answered_alike(network: Network, data: st.DataObject) -> None:
    await _asked(network, data)


@pytest.mark.timeout(1800)
@settings(max_examples=_MUTATIONS, **ORDINARY)
@given(data=st.data())
async def test_mutations_do_the_same(network: Network, data: st.DataObject) -> None:
    await _done(network, data)


@pytest.mark.long
@pytest.mark.timeout(3600)
@settings(max_examples=_LONG_MUTATIONS, **LONG)
@given(data=st.data())
async def test_many_mutations_do_the_same(network: Network, data: st.DataObject) -> None:
    await _done(network, data)


async def _asked(network: Network, data: st.DataObject) -> None:
    operation = data.draw(operations(network, OperationType.QUERY))
    left = left_to_graphql_core.total()
    for viewer in network.viewers:
        for sent in operation.variables:
            ours = await network.answer(network.ours, viewer, operation, sent)
            core = await network.answer(network.core, viewer, operation, sent)

            async def told_by_core(told: ExecutionResult = core) -> ExecutionResult:
                return told

            await compared(ours, core, told_by_core, all_told=False)
    assert left_to_graphql_core.total() == left


async def _done(network: Network, data: st.DataObject) -> None:
    operation = data.draw(operations(network, OperationType.MUTATION))
    before = await rows()
    for viewer in network.viewers[:2]:
        ours = await _taken_back(network, network.ours, viewer, operation)
        core = await _taken_back(network, network.core, viewer, operation)
        assert ours == core, operation.text
    assert await rows() == before


async def _taken_back(
    network: Network, schema: Schema, viewer: Viewer, operation: Operation
) -> Any:
    """What came of a mutation, in answer and tables, before it was taken back."""
    with suppress(_Enough):
        async with transaction():
            answer = await network.answer(schema, viewer, operation, operation.variables[0])
            codes = {(error.message, repr(error.extensions)) for error in answer.errors or ()}
            done = leveled(ordered(answer.data), network.known), codes, await _held()
            raise _Enough
    return done


async def _held() -> dict[str, int]:
    """How many rows there are; none where a statement was refused or cut off on PostgreSQL, whose
    transactions are lost by that. Only here do several mutations and their payloads share one."""
    try:
        return await rows()
    except TransactionManagementError:
        return {}


class _Enough(Exception):
    """Takes back what a mutation did."""
