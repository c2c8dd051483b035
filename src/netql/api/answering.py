"""The schema as it answers: every way in, from a request's text to what is told of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Iterable
from typing import Any

import strawberry
from graphql import GraphQLError, OperationType
from strawberry.types import ExecutionResult as Answer

from netql.api.context import Context
from netql.api.documents import Operation
from netql.api.limits import Limits, TooLarge, price_of
from netql.api.operations import Asked, Mistaken, NotAllowed, Operations
from netql.api.responses import answer_bytes
from netql.api.running import answered, failed, subscribed
from netql.errors import RateLimited

# What one answer can be an answer to.
ONE_ANSWER = frozenset((OperationType.QUERY, OperationType.MUTATION))
ANY = frozenset(OperationType)


class Schema(strawberry.Schema):
    """Strawberry's schema with our own way from a text to its answers.

    HTTP, sockets, streams and `execute` all go it; Strawberry's extensions have no part in it.
    """

    def __init__(
        self,
        *,
        introspection: bool = True,
        suggestions: bool = True,
        limits: Limits | None = None,
        **parts: Any,
    ) -> None:
        """`parts` are Strawberry's own arguments."""
        super().__init__(**parts)
        self.operations = Operations(
            self._schema, introspection=introspection, suggestions=suggestions, limits=limits
        )

    async def answer(
        self, asked: Asked, context: Context, allowed: Collection[OperationType], root: Any = None
    ) -> Answer:
        """The one answer to a query or mutation, in a context of its own.

        Raises NotAllowed and NotOffered.
        """
        context = context.fresh()
        try:
            operation = await self._found(asked, allowed, context)
        except Mistaken as mistake:
            return failed(mistake.errors, context)
        return await self._answered(operation, asked, context, root)

    async def _answered(
        self, operation: Operation, asked: Asked, context: Context, root: Any = None
    ) -> Answer:
        answer = await answered(
            self._schema, self.operations, operation, context, asked.variables, root
        )
        if asked.tells_cost:
            answer.extensions = {"cost": context.cost}
        return answer

    async def _found(
        self,
        asked: Asked,
        allowed: Collection[OperationType],
        context: Context,
        *,
        paid: bool = False,
    ) -> Operation:
        """As `Operations.find`. A text that is not known is paid for, right or wrong, before
        anything is done with it."""
        text = "" if paid else self.operations.to_be_parsed(asked)
        if text:
            try:
                await context.spend(price_of(text))
            except RateLimited as refusal:
                raise Mistaken([refusal]) from None
        return self.operations.find(asked, allowed)

    def sent(self, answer: Answer, context: Context) -> bytes:
        """The answer as it is sent: as JSON, or that it is too large."""
        body = answer_bytes(answer, context.request_id)
        limit = self.operations.limits.response_bytes
        if len(body) <= limit:
            return body
        refusal = failed([TooLarge(limit, len(body))], context)
        return answer_bytes(Answer(None, refusal.errors), context.request_id)

    async def execute(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any = None,
        root_value: Any = None,
        operation_name: str | None = None,
        allowed_operation_types: Iterable[Any] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> Answer:
        """As `answer`. It takes no subscription: without a stream there is no way to send its
        events."""
        return await self.answer(
            Asked(query or "", variable_values, operation_name),
            context_value,
            _types(allowed_operation_types) & ONE_ANSWER,
            root_value,
        )

    async def begun(
        self,
        asked: Asked,
        context: Context,
        allowed: Collection[OperationType] = ANY,
        *,
        paid: bool = False,
        found: Callable[[OperationType], None] | None = None,
    ) -> Answer | AsyncGenerator[Answer, None]:
        """The answers to a subscription, which misses nothing from now on; or the one answer to
        anything else.

        What cannot be run at all is a PreExecutionError. `paid` if the text is paid for already,
        by a try to have it answered. `found` is called before anything is run. Raises nothing but
        when it is cancelled.
        """
        context = context.fresh()
        try:
            operation = await self._found(asked, allowed, context, paid=paid)
        except Mistaken as mistake:
            return failed(mistake.errors, context)
        except NotAllowed as refusal:
            error = GraphQLError(refusal.message, extensions={"code": "BAD_REQUEST"})
            return failed([error], context)
        if found is not None:
            found(operation.type)
        if operation.type is OperationType.SUBSCRIPTION:
            return await subscribed(
                self._schema, self.operations, operation, context, asked.variables
            )
        return await self._answered(operation, asked, context)

    async def stream(self, *_: Any, **__: Any) -> Any:
        """There is no such way in: see `begun`."""
        raise NotImplementedError

    def execute_sync(self, *_: Any, **__: Any) -> Any:
        """There is no such way in: everything below it waits for the database."""
        raise NotImplementedError


def _types(allowed: Iterable[Any] | None) -> frozenset[OperationType]:
    """Types of operations from Strawberry's own enumeration; all of them if none are named."""
    return frozenset(OperationType(one.value) for one in allowed or OperationType)
