"""The same operation on both executors."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    ExecutionResult,
    GraphQLSchema,
    NameNode,
    OperationDefinitionNode,
    OperationType,
    execute,
    parse,
    validate,
)

from netql.execution import BreadthFirstExecutor
from tests.execution.dice import Dice
from tests.execution.inputs import any_leaf
from tests.execution.leftovers import let_go, overlooked
from tests.execution.operations import Operation, Writer
from tests.execution.playing import Stage
from tests.execution.schemas import built, sketch
from tests.execution.script import Script, script
from tests.execution.staging import staged


@dataclass
class Case:
    """Something to run: a schema, what it does, and an operation."""

    text: str
    script: Script
    operation: Operation
    kind: OperationType
    options: dict[str, Any]
    schema: GraphQLSchema = field(repr=False)
    document: DocumentNode = field(repr=False)


@dataclass
class Outcome:
    """What came of one run."""

    result: ExecutionResult
    called: list[tuple[str, str, int]]
    forgotten: list[str]


def case(dice: Dice) -> Case:
    """A case, drawn."""
    text = sketch(dice).text()
    schema = built(text)
    acting = script(dice, schema)
    staged(schema, acting)
    kind = OperationType.MUTATION if dice.chance(4) else OperationType.QUERY
    operation = Writer(dice, schema, any_leaf).operation(kind)
    document = parse(operation.text)
    mistakes = validate(schema, document)
    assert not mistakes, (text, operation.text, mistakes)
    return Case(text, acting, operation, kind, _options(dice), schema, document)


def _options(dice: Dice) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if dice.chance(6):
        options["middleware"] = [_passing_on]
    if dice.chance(6):
        options["is_awaitable"] = isawaitable
    return options


def _passing_on(resolve: Callable[..., Any], *args: Any, **arguments: Any) -> Any:
    return resolve(*args, **arguments)


async def outcome(
    case: Case, variables: dict[str, Any], *, ours: bool, document: DocumentNode | None = None
) -> Outcome:
    """Run the case, and wait for what it may have left under way."""
    with nullcontext() if ours else overlooked():
        return await _outcome(case, variables, ours, document)


async def _outcome(
    case: Case, variables: dict[str, Any], ours: bool, document: DocumentNode | None
) -> Outcome:
    before = asyncio.all_tasks()
    stage = Stage(case.schema, case.script)
    root = "Mutation" if case.kind is OperationType.MUTATION else "Query"
    found = execute(
        case.schema,
        document or case.document,
        root_value=stage.root(root),
        variable_values=variables,
        executor_class=BreadthFirstExecutor if ours else None,
        **case.options,
    )
    result: Any = await found if isawaitable(found) else found
    called = list(stage.called)
    left = asyncio.all_tasks() - before
    if left:
        _, still = await asyncio.wait(left, timeout=60)
        assert not still, f"still under way: {still}"
    return Outcome(result if ours else let_go(result), called, stage.forgotten())


def unpropagated(document: DocumentNode) -> DocumentNode:
    """The operation with every error left where it happens: so all of them are told."""
    definitions = []
    for one in document.definitions:
        if isinstance(one, OperationDefinitionNode):
            keep = DirectiveNode(
                name=NameNode(value="experimental_disableErrorPropagation"), arguments=()
            )
            parts = {key: getattr(one, key) for key in one.keys}
            one = OperationDefinitionNode(
                **{**parts, "loc": one.loc, "directives": (*(one.directives or ()), keep)}
            )
        definitions.append(one)
    return DocumentNode(definitions=tuple(definitions), loc=document.loc)
