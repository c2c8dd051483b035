"""From a request's text to the one operation that it asks for: parsed, measured, chosen, validated.

Every way in (HTTP, sockets, `Schema.execute`) comes through here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from graphql import DocumentNode, GraphQLError, GraphQLSchema, OperationType

from netql.api.costs import CostOf
from netql.api.deadline import Deadline
from netql.api.documents import Document, Documents, Operation
from netql.api.limits import (
    CHARACTERS_PER_TOKEN,
    LINES_PER_TOKEN,
    MOST_COMMENTS,
    LimitExceeded,
    Limits,
    too_many_characters,
    too_many_comments,
    too_many_lines,
    too_many_tokens,
)
from netql.api.measuring import Measuring, check
from netql.api.parsing import has_more_tokens, lines_of, parse
from netql.api.persisted import not_trusted
from netql.api.trusted import Trusted
from netql.api.validating import mistakes, rules

# The code of a request that does not say which of several operations it means.
UNRESOLVED = "OPERATION_RESOLUTION_FAILURE"


class Asked(NamedTuple):
    """What a client sent: the text or what names it, its variables, and which of its operations is
    meant; and whether it wants to be told what it cost."""

    text: str
    variables: dict[str, Any] | None = None
    name: str | None = None
    reference: str | None = None
    tells_cost: bool = False


class NotAllowed(Exception):
    """The request names no operation that there is."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotOffered(NotAllowed):
    """The request means an operation of a type that this way in does not offer."""

    def __init__(self, kind: OperationType) -> None:
        super().__init__(f"{_MANY[kind]} are not allowed")
        self.kind = kind


class Mistaken(Exception):
    """The text is none that can be run, and why."""

    def __init__(self, errors: Sequence[Exception]) -> None:
        super().__init__(errors)
        self.errors = errors


class Operations:
    """Finds the operation of a request in one schema."""

    def __init__(
        self,
        schema: GraphQLSchema,
        *,
        introspection: bool,
        suggestions: bool = True,
        limits: Limits | None = None,
    ) -> None:
        """Without introspection there are no suggestions either, whatever `suggestions` says."""
        self.documents = Documents()
        self.trusted = Trusted(self.documents)
        self.limits = limits or Limits()
        self.deadline = Deadline(self.limits.seconds)
        self._schema = schema
        self._hide_suggestions = not (introspection and suggestions)
        self._rules = rules(introspection=introspection)

    def find(self, asked: Asked, allowed: Collection[OperationType]) -> Operation:
        """The operation, valid, within the limits, and of an allowed type.

        Raises NotAllowed or Mistaken. The cost may still be too high for the variables given.
        """
        reference = asked.reference
        if reference is None:
            document = self.documents.find(asked.text)
        elif asked.text or (document := self.trusted.by_id.get(reference)) is None:
            return self._referred(asked, reference, allowed)
        if document is not None:
            operation = _chosen(document, asked.name, allowed)
            _be_one(document, asked.name)
            return operation
        if not asked.text:
            raise NotAllowed("No GraphQL query found in the request")
        if self.trusted.refuses(asked.text):
            raise Mistaken([not_trusted()])
        node = self._parsed(asked.text)
        document = Document(self._schema, asked.text, node, hide_suggestions=self._hide_suggestions)
        operation = _chosen(document, asked.name, allowed)
        # Before validation, which takes its time over what is out of all measure.
        self._measure(document, node)
        errors = mistakes(self._schema, node, self._rules, hide_suggestions=self._hide_suggestions)
        if errors:
            raise Mistaken(errors)
        self.documents.keep(document)
        self.trusted.note(asked.text)
        _be_one(document, asked.name)
        return operation

    def to_be_parsed(self, asked: Asked) -> str:
        """The text that would be worked out anew for this; empty if it is known, or if there is
        none."""
        text = asked.text
        if not text and asked.reference is not None:
            if asked.reference in self.trusted.by_id:
                return ""
            named = self.trusted.text_of(asked.reference, "")
            text = "" if isinstance(named, GraphQLError) else named
        return "" if self.documents.knows(text) else text

    def _referred(
        self, asked: Asked, reference: str, allowed: Collection[OperationType]
    ) -> Operation:
        """As `find`, for what is no trusted document by its id alone."""
        text = self.trusted.text_of(reference, asked.text)
        if isinstance(text, GraphQLError):
            raise Mistaken([text])
        operation = self.find(Asked(text, asked.variables, asked.name), allowed)
        self.trusted.register(reference, text)
        return operation

    def _parsed(self, text: str) -> DocumentNode:
        most = self.limits.tokens
        longest = most * CHARACTERS_PER_TOKEN
        if len(text) > longest:
            raise Mistaken([too_many_characters(longest, len(text))])
        lines = lines_of(text)
        if lines > most * LINES_PER_TOKEN:
            raise Mistaken([too_many_lines(most * LINES_PER_TOKEN, lines)])
        if has_more_tokens(text, most):
            raise Mistaken([too_many_tokens(most)])
        try:
            return parse(text, most_tokens=most, most_comments=MOST_COMMENTS)
        except GraphQLError as error:
            # The parser's words for the two, which have no type of their own.
            if error.message.endswith(f"more than {most} tokens. Parsing aborted."):
                raise Mistaken([too_many_tokens(most)]) from None
            if error.message.endswith(f"more than {MOST_COMMENTS} comments. Parsing aborted."):
                raise Mistaken([too_many_comments()]) from None
            raise Mistaken([error]) from None
        except Exception as error:
            raise Mistaken([GraphQLError(str(error), original_error=error)]) from error

    def _measure(self, document: Document, node: DocumentNode) -> None:
        measuring = Measuring(self._schema, node)
        try:
            for operation in document.named.values():
                measure = measuring.operation(operation.node)
                check(self.limits, measure)
                operation.cost = CostOf(measure.cost)
        except LimitExceeded as refusal:
            raise Mistaken([refusal]) from None


def _chosen(document: Document, name: str | None, allowed: Collection[OperationType]) -> Operation:
    operation = document.operation(name)
    if operation is None:
        raise NotAllowed(
            "Can't get GraphQL operation type"
            if name is None
            else f'Unknown operation named "{name}".'
        )
    if operation.type not in allowed:
        raise NotOffered(operation.type)
    return operation


def _be_one(document: Document, name: str | None) -> None:
    """Refuse a text of several operations that does not say which: the first is as good a guess
    as any other, and it may be a mutation."""
    if name is None and document.is_choice:
        raise Mistaken(
            [
                GraphQLError(
                    "The text has several operations: name one in operationName.",
                    extensions={"code": UNRESOLVED},
                )
            ]
        )


_MANY = {
    OperationType.QUERY: "queries",
    OperationType.MUTATION: "mutations",
    OperationType.SUBSCRIPTION: "subscriptions",
}
