"""Texts of operations, parsed, validated and planned once.

A text is found again by one look into a dictionary; with it come its plans. What is kept is
bounded by number and by length. Texts of the house's own are kept apart, so that no flood of new
texts can drive them out. A text with a mistake in it is not kept: whoever sends it pays each time.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable
from pathlib import Path

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
)
from graphql.execution.collect_fields import FragmentDetails
from graphql.language import FragmentDefinitionNode
from graphql.utilities import get_operation_ast
from strawberry.schema.schema import validate_document

from netql.errors import ConfigurationError
from netql.execution.plan import OperationPlan

MOST_TEXTS = 1024
# In characters. A plan takes some fifteen bytes for each, with its nodes.
MOST_LETTERS = 4 * 1024 * 1024


class Document:
    """A valid text: its nodes, and the plan of each operation once it has been asked for."""

    __slots__ = ("_plans", "node")

    def __init__(self, node: DocumentNode) -> None:
        self.node = node
        self._plans: dict[str | None, OperationPlan | None] = {}

    def plan(self, schema: GraphQLSchema, name: str | None) -> OperationPlan | None:
        """The plan of a query or mutation; None where the name fits none, or several, or a
        subscription."""
        if name in self._plans:
            return self._plans[name]
        operation = get_operation_ast(self.node, name)
        if operation is None:
            # Not kept: there is no end of names that are none.
            return None
        found = None
        if operation.operation is not OperationType.SUBSCRIPTION:
            found = OperationPlan(schema, operation, self._fragments())
        self._plans[name] = found
        return found

    def _fragments(self) -> dict[str, FragmentDetails]:
        return {
            one.name.value: FragmentDetails(one)
            for one in self.node.definitions
            if isinstance(one, FragmentDefinitionNode)
        }


class Documents:
    """The documents of one schema. `counts` are hits, misses and mistakes so far."""

    def __init__(
        self,
        schema: GraphQLSchema,
        rules: Iterable[type[ASTValidationRule]] = (),
        trusted: Iterable[str] = (),
    ) -> None:
        """`rules` are validated beside those of GraphQL and Strawberry; `trusted` are texts that
        are never driven out. Raises ConfigurationError for one that is not valid."""
        self._schema = schema
        self._rules = (*specified_rules, *rules)
        self._known: OrderedDict[str, Document] = OrderedDict()
        self._letters = 0
        self._trusted: dict[str, Document] = {}
        self.counts: Counter[str] = Counter()
        for text in trusted:
            document = self._made(text)
            if document is None:
                raise ConfigurationError(
                    f"NETQL_TRUSTED_DOCUMENTS holds a text that is not valid: {text[:80]!r}"
                )
            self._trusted[text] = document

    def find(self, text: str) -> Document | None:
        """The document of a text; None if there is a mistake in it."""
        found = self._trusted.get(text)
        if found is not None:
            self.counts["hits"] += 1
            return found
        found = self._known.get(text)
        if found is not None:
            self._known.move_to_end(text)
            self.counts["hits"] += 1
            return found
        found = self._made(text)
        self.counts["misses" if found else "mistakes"] += 1
        if found is not None:
            self._keep(text, found)
        return found

    def _made(self, text: str) -> Document | None:
        try:
            node = parse(text)
            if validate_document(self._schema, node, self._rules):
                return None
        except Exception:
            # A text without end, say. What exactly is wrong is told by whoever answers it.
            return None
        if not any(isinstance(one, OperationDefinitionNode) for one in node.definitions):
            return None
        return Document(node)

    def _keep(self, text: str, document: Document) -> None:
        self._known[text] = document
        self._letters += len(text)
        while len(self._known) > MOST_TEXTS or self._letters > MOST_LETTERS:
            gone, _ = self._known.popitem(last=False)
            self._letters -= len(gone)


def texts_in(folder: Path | None) -> list[str]:
    """The texts of the folder's `.graphql` files; none without a folder.

    A client's text must be the same to the letter. Raises ConfigurationError for a folder that
    cannot be read.
    """
    if folder is None:
        return []
    try:
        return [file.read_text("utf-8") for file in sorted(folder.iterdir()) if _is_text(file)]
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"NETQL_TRUSTED_DOCUMENTS must be a folder that netql can read ({error})."
        ) from error


def _is_text(file: Path) -> bool:
    return file.suffix == ".graphql"
