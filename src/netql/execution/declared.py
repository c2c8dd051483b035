"""What the fields and types of a schema declare about themselves, Strawberry's among them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.union import StrawberryUnion

if TYPE_CHECKING:
    from netql.execution.level import Level

ColumnOf = Callable[[list[Any], "Level"], list[Any] | Awaitable[list[Any]]]

# The key of a GraphQLField's extensions under which a schema without Strawberry puts a ColumnOf.
COLUMN = "column"
_DEFINITION = GraphQLCoreConverter.DEFINITION_BACKREF


def column_of(field: GraphQLField) -> ColumnOf | None:
    """The field's own way to compute a column, if it has one."""
    found: ColumnOf | None = field.extensions.get(COLUMN)
    if found is None:
        found = getattr(field.extensions.get(_DEFINITION), "column", None)
    return found


def reader_of(field: GraphQLField) -> Callable[[list[Any]], list[Any]] | None:
    """The field's way to read its column off the objects alone, if it has one."""
    found: Callable[[list[Any]], list[Any]] | None = getattr(
        field.extensions.get(_DEFINITION), "reader", None
    )
    return found


def attribute_of(field: GraphQLField) -> str | None:
    """The name of the attribute that the field is, if it is one and no more."""
    declared = field.extensions.get(_DEFINITION)
    if (
        isinstance(declared, StrawberryField)
        and declared.is_basic_field
        and type(declared).get_result is StrawberryField.get_result
        and declared.default_resolver is getattr
        # Strawberry wraps a basic field that has a handler of exceptions differently.
        and getattr(field.resolve, "__name__", "") == "_get_basic_result"
    ):
        return declared.python_name
    return None


def method_of(field: GraphQLField) -> Callable[[Any], Any] | None:
    """A plain method that is all there is to the field: no arguments, no info, nothing around."""
    declared = field.extensions.get(_DEFINITION)
    if (
        not isinstance(declared, StrawberryField)
        or type(declared).get_result is not StrawberryField.get_result
        or declared.base_resolver is None
        or declared.is_async
        or declared.extensions
        or declared.is_subscription
        or field.args
        or getattr(field.resolve, "__name__", "") != "_resolver"
    ):
        return None
    resolver = declared.base_resolver
    if resolver.info_parameter or resolver.parent_parameter or resolver.root_parameter:
        return None
    return resolver._unbound_wrapped_func if resolver.self_parameter else None


def type_of_class(schema: GraphQLSchema, abstract: Any, class_: type) -> GraphQLObjectType | None:
    """The object type that Strawberry would resolve instances of the class to.

    Only for classes that are the type itself, under a union or interface that decides nothing by
    itself; None: ask.
    """
    definition = class_.__dict__.get("__strawberry_definition__")
    declared = abstract.extensions.get(_DEFINITION)
    if not isinstance(definition, StrawberryObjectDefinition) or definition.is_interface:
        return None
    if isinstance(declared, StrawberryObjectDefinition):
        if declared.resolve_type is not None:
            return None
    elif not isinstance(declared, StrawberryUnion):
        return None
    if definition.is_graphql_generic or definition.concrete_of or definition.is_type_of:
        return None
    for type_ in schema.get_possible_types(abstract):
        if type_.extensions.get(_DEFINITION) is definition:
            return type_
    return None


def are_plainly(type_: GraphQLObjectType, classes: Iterable[type]) -> bool:
    """Whether every instance of the classes is of the type, so that none need be asked."""
    declared = type_.extensions.get(_DEFINITION)
    return (
        isinstance(declared, StrawberryObjectDefinition)
        and not declared.is_type_of
        and all(class_ is declared.origin for class_ in classes)
    )


def is_cast(value: Any) -> bool:
    """Whether the value was cast to another of Strawberry's types."""
    return getattr(value, "__as_strawberry_type__", None) is not None
