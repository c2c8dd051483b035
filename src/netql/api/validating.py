"""What is wrong with a text: graphql-core's rules and Strawberry's, some of them kept short.

Everybody waits while a text is validated, and most rules take it that whoever wrote it means well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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

from netql.api.limits import MOST_COMPARISONS, TooIntricate

# More mistakes in a text are not listed: finding out about one can cost a millisecond.
MOST_MISTAKES = 20
# Of mistaken names of types so many get a hint, each of which takes ten milliseconds.
MOST_HINTS = 3
# Of one value that stands in the text so many mistakes are told.
MOST_OF_VALUE = 5
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

Rules = tuple[type[ASTValidationRule], ...]


def rules(*, introspection: bool) -> Rules:
    """The rules for texts; without introspection it is a mistake to ask for the schema."""
    # The last two are those that Strawberry adds whenever it validates.
    found = (*(_OURS.get(rule, rule) for rule in specified_rules), _Nulls, OneOfInputValidationRule)
    return found if introspection else (*found, NoSchemaIntrospectionCustomRule)


def mistakes(
    schema: GraphQLSchema, node: DocumentNode, rules: Rules, *, hide_suggestions: bool
) -> Sequence[Exception]:
    """The first mistakes in a text; or TooIntricate alone, where finding out takes too long."""
    rules = rules if _is_executable(node) else _DEFINING
    errors = validate(schema, node, rules, MOST_MISTAKES, hide_suggestions)
    if errors and errors[-1].message == _GAVE_UP:
        return [TooIntricate()]
    return errors


def _is_executable(node: DocumentNode) -> bool:
    return all(isinstance(one, ExecutableDefinitionNode) for one in node.definitions)
