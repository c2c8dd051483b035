"""From a request's text to the one operation that it asks for: parsed, measured, chosen, validated.

Every way in (HTTP, sockets, `Schema.execute`) comes through here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from graphql import (
    SKIP,
    ArgumentNode,
    ASTValidationRule,
    DocumentNode,
    ExecutableDefinitionNode,
    ExecutableDefinitionsRule,
    GraphQLError,
    GraphQLInputType,
    GraphQLSchema,
    KnownTypeNamesRule,
    NamedTypeNode,
    NoSchemaIntrospectionCustomRule,
    ObjectFieldNode,
    OperationType,
    OverlappingFieldsCanBeMergedRule,
    ScalarLeafsRule,
    ValidationContext,
    ValueNode,
    ValuesOfCorrectTypeRule,
    VisitorAction,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from netql.api.costs import CostOf
from netql.api.deadline import Deadline
from netql.api.documents import Document, Documents, Operation
from netql.api.limits import (
    CHARACTERS_PER_TOKEN,
    LINES_PER_TOKEN,
    MOST_COMMENTS,
    MOST_COMPARISONS,
    LimitExceeded,
    Limits,
    TooIntricate,
    too_many_characters,
    too_many_comments,
    too_many_lines,
    too_many_tokens,
)
from netql.api.measuring import Measuring, check
from netql.api.parsing import has_more_tokens, lines_of, parse
from netql.api.persisted import not_trusted
from netql.api.trusted import Trusted

# More mistakes in a text are not listed: finding out about one can cost a millisecond.
MOST_MISTAKES = 20
# Of mistaken names of types so many get a hint, each of which takes ten milliseconds.
MOST_HINTS = 3
# Of one value that stands in the text so many mistakes are told.
MOST_OF_VALUE = 5
# The code of a request that does not say which of several operations it means.
UNRESOLVED = "OPERATION_RESOLUTION_FAILURE"
# graphql-core's words for having given up, which have no type of their own.
_GAVE_UP = "Validation aborted."


class _Merging(OverlappingFieldsCanBeMergedRule):
    """graphql-core's rule, which can take most of a second over 2,000 tokens, kept short."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = MOST_COMPARISONS


class _Leaves(ScalarLeafsRule):
    """graphql-core's rule, which gives a hint even where it is told to give none."""

    def report_error(self, error: GraphQLError) -> None:
        if self.context.hide_suggestions:
            error = GraphQLError(error.message.partition(" Did you mean ")[0], error.nodes)
        super().report_error(error)


class _Types(KnownTypeNamesRule):
    """graphql-core's rule, which compares each unknown name with those of all types, letter by
    letter: a hint is given for the first few."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._found = 0

    def enter_named_type(self, node: NamedTypeNode, *where: Any) -> None:
        if node.name.value in self.existing_types_map:
            return
        self._found += 1
        if self._found > MOST_HINTS:
            self.report_error(GraphQLError(f"Unknown type '{node.name.value}'.", node))
        else:
            super().enter_named_type(node, *where)


class _Enough(Exception):
    """Of one value enough mistakes are told."""


class _Values(ValuesOfCorrectTypeRule):
    """graphql-core's rule, which repeats the whole value in each mistake that it finds in it."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._found = 0

    def is_valid_value_node(
        self, node: ValueNode, input_type: GraphQLInputType | None
    ) -> VisitorAction:
        self._found = 0
        try:
            return super().is_valid_value_node(node, input_type)
        except _Enough:
            return SKIP

    def report_error(self, error: GraphQLError) -> None:
        super().report_error(error)
        self._found += 1
        if self._found == MOST_OF_VALUE:
            raise _Enough


class _Nulls(MaybeNullValidationRule):
    """Strawberry's rule, whose words are about Python, in words about the text."""

    def report_error(self, error: GraphQLError) -> None:
        assert error.nodes is not None
        [node] = error.nodes
        assert isinstance(node, ArgumentNode | ObjectFieldNode)
        message = f"Field '{node.name.value}' may be left out, but not be null."
        super().report_error(GraphQLError(message, node))


# A text that defines types or directives is mistaken, whatever else it says. Other rules would
# compare each name in it with all that it defines.
_DEFINING = (ExecutableDefinitionsRule,)

_OURS: dict[type[ASTValidationRule], type[ASTValidationRule]] = {
    OverlappingFieldsCanBeMergedRule: _Merging,
    ScalarLeafsRule: _Leaves,
    KnownTypeNamesRule: _Types,
    ValuesOfCorrectTypeRule: _Values,
}


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
        # The last two are those that Strawberry adds whenever it validates.
        self._rules: tuple[type[ASTValidationRule], ...] = (
            *(_OURS.get(rule, rule) for rule in specified_rules),
            _Nulls,
            OneOfInputValidationRule,
        )
        if not introspection:
            self._rules = (*self._rules, NoSchemaIntrospectionCustomRule)

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
        rules = self._rules if _is_executable(node) else _DEFINING
        errors = validate(self._schema, node, rules, MOST_MISTAKES, self._hide_suggestions)
        if errors and errors[-1].message == _GAVE_UP:
            raise Mistaken([TooIntricate()])
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


def _is_executable(node: DocumentNode) -> bool:
    return all(isinstance(one, ExecutableDefinitionNode) for one in node.definitions)


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
