"""From a request's text to the one operation that it asks for: parsed, chosen, validated.

Every way in (HTTP, sockets, `Schema.execute`) comes through here.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationType,
    parse,
    specified_rules,
)
from strawberry.schema.schema import validate_document

from netql.api.documents import Document, Documents, Operation
from netql.api.persisted import not_trusted
from netql.api.trusted import Trusted

# The code of a request that does not say which of several operations it means.
UNRESOLVED = "OPERATION_RESOLUTION_FAILURE"


class Asked(NamedTuple):
    """What a client sent: the text or what names it, its variables, and which of its operations is
    meant."""

    text: str
    variables: dict[str, Any] | None = None
    name: str | None = None
    reference: str | None = None


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

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors)
        self.errors = errors


class Operations:
    """Finds the operation of a request in one schema."""

    def __init__(self, schema: GraphQLSchema, *, introspection: bool) -> None:
        self.documents = Documents()
        self.trusted = Trusted(self.documents)
        self._schema = schema
        self._rules: tuple[type[ASTValidationRule], ...] = tuple(specified_rules)
        if not introspection:
            self._rules = (*self._rules, NoSchemaIntrospectionCustomRule)

    def find(self, asked: Asked, allowed: Collection[OperationType]) -> Operation:
        """The operation, valid and of an allowed type. Raises NotAllowed or Mistaken."""
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
        node = _parsed(asked.text)
        document = Document(self._schema, asked.text, node)
        operation = _chosen(document, asked.name, allowed)
        # Strawberry's own function: it adds rules of Strawberry's to those given.
        if errors := validate_document(self._schema, node, self._rules):
            raise Mistaken(errors)
        self.documents.keep(document)
        self.trusted.note(asked.text)
        _be_one(document, asked.name)
        return operation

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


def _parsed(text: str) -> DocumentNode:
    try:
        return parse(text)
    except GraphQLError as error:
        raise Mistaken([error]) from None
    except Exception as error:
        raise Mistaken([GraphQLError(str(error), original_error=error)]) from error


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
