"""Variables of an operation, coerced by rules that are worked out once.

Nearly every request gives each variable a plain value of a scalar or an enum. Those are coerced
here; whatever is left out, null, a list, an input or wrong is left to graphql-core, which knows all
the rules and all the words.
"""

from __future__ import annotations

from typing import Any

from graphql import (
    GraphQLError,
    GraphQLLeafType,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    get_nullable_type,
    is_leaf_type,
)
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values

# As graphql-core's own default: more mistakes in variables than these are not listed.
_MOST_MISTAKES = 50


class Variables:
    """The variables that an operation declares."""

    __slots__ = ("_definitions", "_hide_suggestions", "_leaves", "_schema")

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        *,
        hide_suggestions: bool = False,
    ) -> None:
        self._schema = schema
        self._hide_suggestions = hide_suggestions
        self._definitions = operation.variable_definitions or ()
        # Each with what it is and how it is coerced; None if any of them is more than a leaf.
        self._leaves: list[tuple[GraphQLVariableSignature, GraphQLLeafType]] | None = []
        for definition in self._definitions:
            signature = get_variable_signature(schema, definition)
            named = None
            if not isinstance(signature, GraphQLError):
                named = get_nullable_type(signature.type)
            if isinstance(signature, GraphQLError) or not is_leaf_type(named):
                self._leaves = None
                break
            self._leaves.append((signature, named))

    def values(self, given: dict[str, Any]) -> VariableValues | list[GraphQLError]:
        """Their values for one request, or what is wrong with what was given."""
        return get_variable_values(
            self._schema, self._definitions, given, _MOST_MISTAKES, self._hide_suggestions
        )

    def plain(self, given: dict[str, Any]) -> VariableValues | None:
        """Their values, where each is a plain one; None where `values` has to see to them."""
        leaves = self._leaves
        if leaves is None:
            return None
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for signature, leaf in leaves:
            name = signature.name
            value = given.get(name)
            if value is None or value is Undefined:
                return None
            try:
                made = leaf.coerce_input_value(value)
            except Exception:
                return None
            if made is Undefined:
                return None
            sources[name] = VariableValueSource(signature, value)
            coerced[name] = made
        return VariableValues(sources, coerced)
