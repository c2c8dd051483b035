"""From a request's text to the one operation that it asks for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from graphql import GraphQLError, OperationDefinitionNode
from strawberry.extensions import ParserCache, SchemaExtension


class ParsedTexts(ParserCache):
    """Remembers parsed texts.

    A text that does not parse is left to the parser itself, which makes an answer of its error;
    raised from here it would end an operation on a socket without a word.
    """

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        with suppress(GraphQLError):
            context.graphql_document = self.cached_parse_document(
                context.query, **context.parse_options
            )
        yield


class OneOperation(SchemaExtension):
    """Refuses a text of several operations that does not say which: the first is as good a guess
    as any other, and it may be a mutation."""

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        assert context.graphql_document is not None
        if context._provided_operation_name is None and not context.pre_execution_errors:
            definitions = context.graphql_document.definitions
            if sum(isinstance(one, OperationDefinitionNode) for one in definitions) > 1:
                context.pre_execution_errors = [
                    GraphQLError(
                        "The text has several operations: name one in operationName.",
                        extensions={"code": "OPERATION_RESOLUTION_FAILURE"},
                    )
                ]
        yield
