"""Running operations: one answer, or the stream of a subscription's answers.

Variables and the sources of events are graphql-core's; the operation itself runs by its plan, for
each event anew (`api.showing`). Whatever goes wrong is told as `api.errors` says.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from inspect import isawaitable
from typing import Any, cast

from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    create_source_event_stream,
    default_field_resolver,
    default_type_resolver,
)
from graphql.execution.values import VariableValues
from strawberry.execution import optimized_is_awaitable
from strawberry.types import ExecutionResult as Answer
from strawberry.types.execution import PreExecutionError

from netql.api.context import Context, FreshPerEvent
from netql.api.documents import Operation
from netql.api.errors import all_told
from netql.api.given import MOST_VALUES, has_more_values
from netql.api.limits import too_costly, too_many_values
from netql.api.operations import Operations
from netql.api.showing import shown
from netql.errors import Unauthenticated
from netql.settings import SchemaFor

_OF_THE_SCHEMA = ("__schema", "__type")


def executor_of(
    schema: GraphQLSchema,
    operation: Operation,
    context: Context,
    variables: dict[str, Any] | None,
    root: Any = None,
) -> FreshPerEvent | list[GraphQLError]:
    """What runs the operation for one request, or what is wrong with the variables; or that it
    asks for a schema that only members may read."""
    if context.viewer.is_guest and _is_for_members(operation, context):
        return [_as_graphql(Unauthenticated())]
    fragments = operation.fragments
    values = _coerced(operation, variables or {})
    if isinstance(values, list):
        return values
    executor = FreshPerEvent(
        schema,
        fragments.definitions,
        fragments.details,
        root,
        context,
        operation.node,
        values,
        default_field_resolver,
        default_type_resolver,
        default_field_resolver,
        is_awaitable=optimized_is_awaitable,
        hide_suggestions=fragments.hide_suggestions,
    )
    executor.operation_plan = operation.plan
    return executor


def _coerced(operation: Operation, given: dict[str, Any]) -> VariableValues | list[GraphQLError]:
    values = operation.variables.plain(given)
    if values is not None:
        return values
    if has_more_values(given, MOST_VALUES):
        return [_as_graphql(too_many_values())]
    return operation.variables.values(given)


def _is_for_members(operation: Operation, context: Context) -> bool:
    return (
        context.services.settings.schema_for is SchemaFor.MEMBERS
        and not operation.plan.names.isdisjoint(_OF_THE_SCHEMA)
    )


async def answered(
    schema: GraphQLSchema,
    operations: Operations,
    operation: Operation,
    context: Context,
    variables: dict[str, Any] | None,
    root: Any = None,
) -> Answer:
    """The answer to a query or mutation; never raises but when it is cancelled.

    It takes no longer than it may: then whatever is under way is cancelled, and open transactions
    are rolled back.
    """
    compiled = operation.compiled
    try:
        executor = executor_of(schema, operation, context, variables, root)
        if isinstance(executor, list):
            return failed(executor, context)
        await _admit(operations, operation, executor, context)
        result = executor.execute_operation()
        if not isinstance(result, ExecutionResult):
            result = await result
        return _told(result, context)
    except Exception as error:
        return failed([error], context)
    finally:
        if operation.compiled != compiled:
            operations.documents.weigh_anew(operation.fragments.text)


async def _admit(
    operations: Operations, operation: Operation, executor: FreshPerEvent, context: Context
) -> None:
    """Have the operation paid for, and its time set. Raises LimitExceeded or RateLimited."""
    cost = operation.cost.of(executor.variable_values.coerced)
    if cost > operations.limits.cost:
        raise too_costly(operations.limits.cost, cost)
    context.cost = cost
    executor.deadline = operations.deadline
    executor.most_letters = operations.limits.response_bytes
    await context.spend(cost)


async def subscribed(
    schema: GraphQLSchema,
    operations: Operations,
    operation: Operation,
    context: Context,
    variables: dict[str, Any] | None,
) -> PreExecutionError | AsyncGenerator[Answer, None]:
    """The answers to a subscription, one for each event; or why none will come.

    It is paid for once. Each event's answer takes no longer than a query may.
    """
    try:
        executor = executor_of(schema, operation, context, variables)
        if isinstance(executor, list):
            return failed(executor, context)
        await _admit(operations, operation, executor, context)
        context.begin(operation.plan.names)
        source = create_source_event_stream(executor)
        if isawaitable(source):
            source = await source
        if isinstance(source, ExecutionResult):
            return failed(source.errors or [], context)
    except Exception as error:
        return failed([error], context)
    return _streamed(executor, cast(AsyncGenerator[Any, None], source), context)


async def _streamed(
    executor: FreshPerEvent, source: AsyncGenerator[Any, None], context: Context
) -> AsyncGenerator[Answer, None]:
    try:
        async with aclosing(shown(executor, source)) as results:
            async for result in results:
                yield _told(result, context)
    except Exception as error:
        # The source's own errors: nothing else comes after them.
        yield Answer(None, _all_told([error], context))


def failed(errors: Sequence[Exception], context: Context) -> PreExecutionError:
    """The answer to what was not run at all."""
    return PreExecutionError(None, _all_told(errors, context))


def _told(result: ExecutionResult, context: Context) -> Answer:
    errors = result.errors
    return Answer(result.data, _all_told(errors, context) if errors else None)


def _all_told(errors: Sequence[Exception], context: Context) -> list[GraphQLError]:
    located = (one if isinstance(one, GraphQLError) else _as_graphql(one) for one in errors)
    return all_told(located, context.request_id)


def _as_graphql(error: Exception) -> GraphQLError:
    return GraphQLError(str(error), original_error=error)
