"""Puts a script's resolvers into a schema, for both executors alike."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    is_abstract_type,
)

from netql.execution import Level
from netql.execution.declared import COLUMN
from tests.execution.script import Script

# What resolve_type says where it is wrong: nothing, no type, no object type, no possible type.
_NONSENSE = (None, 5, "Nobody", "Mood", "Query", "raise")


def staged(schema: GraphQLSchema, script: Script) -> GraphQLSchema:
    """The schema, acted by the script. Changes and returns it."""
    for where, way in script.ways.items():
        type_name, name = where.split(".")
        type_: Any = schema.type_map[type_name]
        field: GraphQLField = type_.fields[name]
        if way in ("default", "method"):
            continue
        field.resolve = _resolve
        if way.startswith("column"):
            field.extensions = {COLUMN: _column(type_name, name, later=way == "column later")}
    for name, saying in script.says.items():
        type_ = schema.type_map[name]
        if is_abstract_type(type_):
            type_.resolve_type = _said(_type_name, script, later=saying == "later")
        elif isinstance(type_, GraphQLObjectType):
            type_.is_type_of = _said(_is_named(name), script, later=saying == "later")
    return schema


def _resolve(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
    return source.stage.resolved(source, info.parent_type.name, info.field_name, arguments)


def _column(type_name: str, name: str, *, later: bool) -> Callable[[list[Any], Level], Any]:
    def values(sources: list[Any], level: Level) -> list[Any]:
        column = []
        for source in sources:
            try:
                column.append(source.stage.resolved(source, type_name, name, level.arguments))
            except Exception as error:
                column.append(error)
        return column

    async def in_a_while(sources: list[Any], level: Level) -> list[Any]:
        await asyncio.sleep(0)
        return values(sources, level)

    def values_later(sources: list[Any], level: Level) -> Awaitable[list[Any]]:
        return sources[0].stage.kept(in_a_while(sources, level))

    return values_later if later else values


def _said(
    say: Callable[[Any, Script], Any], script: Script, *, later: bool
) -> Callable[..., Any | Awaitable[Any]]:
    def at_once(value: Any, *_: Any) -> Any:
        return say(value, script)

    async def in_a_while(value: Any) -> Any:
        for _ in range(value.number % 3):
            await asyncio.sleep(0)
        return say(value, script)

    def later_on(value: Any, *_: Any) -> Awaitable[Any]:
        return value.stage.kept(in_a_while(value))

    return later_on if later else at_once


def _type_name(value: Any, script: Script) -> Any:
    if script.faulty and value.number % 7 == 0:
        said = _NONSENSE[value.number // 7 % len(_NONSENSE)]
        if said == "raise":
            raise GraphQLError(f"Nobody knows what {value.number} is.")
        return said
    return value.type_name


def _is_named(name: str) -> Callable[[Any, Script], bool]:
    def say(value: Any, script: Script) -> bool:
        if script.faulty and value.number % 11 == 0:
            raise LookupError(f"Whether {value.number} is a {name} cannot be told.")
        return bool(value.type_name == name)

    return say
