"""Texts that were parsed and found valid before, with the plans of their operations.

One look in a dictionary stands for parsing, validating and planning. What is kept is bounded by
count and by what it holds in memory, so no stream of ever new texts can fill the process; texts
that are trusted from the start are kept apart, where no stream can push them out.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
)
from graphql.execution.collect_fields import FragmentDetails

from netql.api.costs import CostOf
from netql.execution import OperationPlan
from netql.execution.variables import Variables

# What is kept of texts from anybody: so many, and so much memory, by the estimates below. A look of
# the garbage collector at all of them holds everybody up, so they are few; what is
# trusted from the start comes on top.
MOST_DOCUMENTS = 512
MOST_BYTES = 64 * 1024 * 1024
# A text that holds more than this by itself is done anew each time.
LARGEST = MOST_BYTES // 8
# Upper estimates, held against what is really allocated by tests/graph/test_documents.py. A parsed
# text takes 35 to 100 times its length, most where its names are short; a field of a plan 0.6 to
# 1.3 kB. So a query for a member's profile takes about 30 kB, and an introspection 200 kB.
BYTES_PER_CHARACTER = 120
BYTES_PER_FIELD = 1_500


@dataclass(slots=True)
class Counts:
    """How often a text was known, and how often it was not; how many were let go."""

    hits: int = 0
    misses: int = 0
    evictions: int = 0


class Fragments:
    """What the operations of one text share."""

    __slots__ = ("definitions", "details", "hide_suggestions", "text")

    def __init__(self, text: str, hide_suggestions: bool) -> None:
        self.text = text
        self.hide_suggestions = hide_suggestions
        self.definitions: dict[str, FragmentDefinitionNode] = {}
        self.details: dict[str, FragmentDetails] = {}

    def add(self, definition: FragmentDefinitionNode) -> None:
        name = definition.name.value
        self.definitions[name] = definition
        # Without variables: graphql-core reads them only where it is told to.
        self.details[name] = FragmentDetails(definition, None)


class Operation:
    """One operation of a document, and its plan. It does not know its document, so that one that
    is let go of is gone at once: circles would wait for the garbage collector, which holds
    everybody up."""

    __slots__ = ("_plan", "_schema", "_variables", "cost", "fragments", "node", "type")

    def __init__(
        self, schema: GraphQLSchema, fragments: Fragments, node: OperationDefinitionNode
    ) -> None:
        self.fragments = fragments
        self.node = node
        self.type: OperationType = node.operation
        # Set by who measures the document.
        self.cost = CostOf(1)
        self._schema = schema
        self._plan: OperationPlan | None = None
        self._variables: Variables | None = None

    @property
    def variables(self) -> Variables:
        if self._variables is None:
            self._variables = Variables(
                self._schema, self.node, hide_suggestions=self.fragments.hide_suggestions
            )
        return self._variables

    @property
    def plan(self) -> OperationPlan:
        # Made when it is first wanted: each looks through the whole document, and a text may hold
        # thousands of operations.
        if self._plan is None:
            self._plan = OperationPlan(
                self._schema,
                self.node,
                self.fragments.details,
                hide_suggestions=self.fragments.hide_suggestions,
            )
        return self._plan

    @property
    def compiled(self) -> int:
        """How many fields of it were compiled."""
        return 0 if self._plan is None else self._plan.outline.compiled


class Document:
    """A text, parsed, and its operations by name; of several with one name it is not valid.

    `weight` estimates the bytes that it holds: more with every selection that was ever reached.
    """

    __slots__ = ("__weakref__", "first", "named", "text", "weight")

    def __init__(
        self,
        schema: GraphQLSchema,
        text: str,
        node: DocumentNode,
        *,
        hide_suggestions: bool = False,
    ) -> None:
        self.text = text
        self.first: Operation | None = None
        self.named: dict[str | None, Operation] = {}
        fragments = Fragments(text, hide_suggestions)
        for one in node.definitions:
            if isinstance(one, FragmentDefinitionNode):
                fragments.add(one)
            elif isinstance(one, OperationDefinitionNode):
                operation = Operation(schema, fragments, one)
                self.first = self.first or operation
                self.named.setdefault(one.name.value if one.name else None, operation)
        self.weight = 0
        self.weigh()

    def weigh(self) -> None:
        fields = sum(operation.compiled for operation in self.named.values())
        self.weight = len(self.text) * BYTES_PER_CHARACTER + fields * BYTES_PER_FIELD

    @property
    def is_choice(self) -> bool:
        """Whether it has more operations than one."""
        return len(self.named) > 1

    def operation(self, name: str | None) -> Operation | None:
        """The operation of that name; without a name the first."""
        return self.first if name is None else self.named.get(name)


class Documents:
    """The documents that are kept, by their texts."""

    def __init__(self, most: int = MOST_DOCUMENTS, most_bytes: int = MOST_BYTES) -> None:
        self.counts = Counts()
        self.weight = 0
        self._most = most
        self._most_bytes = most_bytes
        self._trusted: dict[str, Document | None] = {}
        self._kept: OrderedDict[str, Document] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def trust(self, texts: Iterable[str]) -> None:
        """Keep these for good, from their first use on. Each costs memory for as long as the
        process lives, so they are to be texts of our own."""
        for text in texts:
            self._trusted.setdefault(text, None)

    def trusts(self, text: str) -> bool:
        """Whether it is one of our own."""
        return text in self._trusted

    def knows(self, text: str) -> bool:
        """Whether the document of that text is kept."""
        return text in self._kept or self._trusted.get(text) is not None

    def find(self, text: str) -> Document | None:
        """The document of that text, if it is kept."""
        found = self._trusted.get(text)
        if found is None:
            found = self._kept.get(text)
            if found is None:
                self.counts.misses += 1
                return None
            self._kept.move_to_end(text)
        self.counts.hits += 1
        return found

    def keep(self, document: Document) -> None:
        """Remember a valid document, and let go of the least recently used where there is no
        room."""
        if document.text in self._trusted:
            self._trusted[document.text] = document
            return
        known = self._kept.pop(document.text, None)
        if known is not None:
            self.weight -= known.weight
        document.weigh()
        if document.weight > min(LARGEST, self._most_bytes):
            self.counts.evictions += known is not None
            return
        self._kept[document.text] = document
        self.weight += document.weight
        while len(self._kept) > self._most or self.weight > self._most_bytes:
            _, gone = self._kept.popitem(last=False)
            self.weight -= gone.weight
            self.counts.evictions += 1

    def weigh_anew(self, text: str) -> None:
        """Take note of what the document of that text has come to hold, if it is kept."""
        known = self._kept.get(text)
        if known is not None:
            self.keep(known)
