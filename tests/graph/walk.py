"""The published schema, as graphql-core reads it, and what can be named in it."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    is_introspection_type,
    is_specified_scalar_type,
)

from netql.api.schema import printed


def published() -> GraphQLSchema:
    """The schema as clients load it."""
    return build_schema(printed())


def described(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    """Everything that can have a description: its coordinate, and what it says."""
    for directive in schema.directives:
        yield f"@{directive.name}", directive.description
        for name, argument in directive.args.items():
            yield f"@{directive.name}({name}:)", argument.description
    for name, type_ in schema.type_map.items():
        if is_introspection_type(type_) or is_specified_scalar_type(type_):
            continue
        yield name, type_.description
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for key, field in type_.fields.items():
                yield f"{name}.{key}", field.description
                for word, argument in field.args.items():
                    yield f"{name}.{key}({word}:)", argument.description
        elif isinstance(type_, GraphQLInputObjectType):
            for key, part in type_.fields.items():
                yield f"{name}.{key}", part.description
        elif isinstance(type_, GraphQLEnumType):
            for key, value in type_.values.items():
                yield f"{name}.{key}", value.description
