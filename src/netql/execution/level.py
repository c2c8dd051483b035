"""What a field that computes its own column is told: context, arguments, and what is selected
below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import GraphQLObjectType, get_named_type, is_abstract_type, is_object_type

if TYPE_CHECKING:
    from graphql.execution.values import VariableValues

    from netql.execution.plan import FieldPlan


class Level:
    """One field, at one level of one run.

    `context` is the operation's, `arguments` are coerced, by their names in the graph, and must
    not be changed: they may serve further requests.
    """

    __slots__ = ("arguments", "context", "field", "variable_values")

    def __init__(
        self,
        context: Any,
        field: FieldPlan,
        arguments: dict[str, Any],
        variable_values: VariableValues,
    ) -> None:
        self.context = context
        self.field = field
        self.arguments = arguments
        self.variable_values = variable_values

    @property
    def alone(self) -> bool:
        """Whether the operation selects nothing else at its root, so that nothing runs beside
        this field."""
        return self.field.variant.alone

    @property
    def once(self) -> bool:
        """Whether no other place of the operation selects a field of this name, so that nothing
        else will want what this one reads."""
        return self.field.name in self.field.variant.outline.once

    def selected(self, *path: str) -> frozenset[str]:
        """Names of the fields selected below this one, at the end of a path of field names.

        `selected()` is what is selected from the field's own objects, `selected("nodes")` what
        from the objects of their `nodes`; empty if nobody goes there. Where an object can be of
        several types, the names of all of them.
        """
        memo = self.field.memo
        found: frozenset[str] | None = memo.get(path)
        if found is None:
            found = memo[path] = frozenset(
                one.name for field in _at(self.field, path) for one in _below(field)
            )
        return found

    def arguments_of(self, *path: str) -> list[dict[str, Any]]:
        """The arguments of each selection of the field at the end of the path.

        Raises GraphQLError for what cannot be coerced.
        """
        return [field.arguments(self.variable_values) for field in _at(self.field, path)]


def _at(field: FieldPlan, path: tuple[str, ...]) -> list[FieldPlan]:
    fields = [field]
    for name in path:
        fields = [one for above in fields for one in _below(above) if one.name == name]
    return fields


def _below(field: FieldPlan) -> list[FieldPlan]:
    schema = field.variant.outline.schema
    named = get_named_type(field.definition.type)
    types: list[GraphQLObjectType] = []
    if is_object_type(named):
        types = [named]
    elif is_abstract_type(named):
        types = list(schema.get_possible_types(named))
    return [one for type_ in types for one in field.below(type_).fields]
