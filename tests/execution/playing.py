"""The objects of a generated world, and its resolvers, which play its script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from inspect import CORO_CLOSED, getcoroutinestate
from typing import Any, TypeVar
from zlib import crc32

from graphql import (
    GraphQLError,
    GraphQLSchema,
    Undefined,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
)

from tests.execution.script import Play, Script

T = TypeVar("T")

_RIGHT: dict[str, tuple[Any, ...]] = {
    "String": ("a", "", 3, True),
    "Int": (0, -5, 4.0, "12"),
    "Float": (1.5, 2, "0.25"),
    "Boolean": (True, False, 1),
    "ID": ("i", 9),
    "Mood": (0, 1),
    "Odd": ("odd", 5),
}
_WRONG: dict[str, tuple[Any, ...]] = {
    "String": ([], float("nan")),
    "Int": (2**40, "many", 1.5),
    "Float": ("much", float("inf")),
    "Boolean": ("yes", []),
    "ID": ([], 1.5),
    "Mood": (7, [], "LOW"),
    "Odd": ("raises", "null", "undefined", "graph"),
}


class Broken(Exception):
    """An error of a resolver's."""


class Stage:
    """One run of a script, and what was called in it."""

    def __init__(self, schema: GraphQLSchema, script: Script) -> None:
        self.schema = schema
        self.script = script
        self.called: list[tuple[str, str, int]] = []
        self._awaitables: list[Coroutine[Any, Any, Any]] = []

    def kept(self, awaitable: Coroutine[Any, Any, T]) -> Coroutine[Any, Any, T]:
        """The awaitable, remembered, to see in the end what became of it."""
        self._awaitables.append(awaitable)
        return awaitable

    def forgotten(self) -> list[str]:
        """Names of what was given to await, and was not. Closes it."""
        left = [one for one in self._awaitables if getcoroutinestate(one) != CORO_CLOSED]
        for one in left:
            one.close()
        return [one.__qualname__ for one in left]

    def root(self, type_name: str) -> Thing:
        return Thing(self, type_name, 0)

    def thing(self, type_name: str, number: int) -> Thing | KeyedThing:
        kind = KeyedThing if type_name in self.script.mappings else Thing
        return kind(self, type_name, number)

    def resolved(self, thing: Any, parent: str, name: str, arguments: dict[str, Any]) -> Any:
        """What the field of the thing is; an awaitable of it, or raised, if the script says so."""
        where = f"{parent}.{name}"
        self.called.append(("begin", where, thing.number))
        plays = self.script.plays[where]
        play = plays[thing.number % len(plays)]
        type_ = self.schema.get_type(parent).fields[name].type  # type: ignore[union-attr]
        part = _Part(self, where, thing.number, arguments)
        return part.played(play, type_, ())


class Thing:
    """An object, told from others by its number. Its attributes are its fields."""

    def __init__(self, stage: Stage, type_name: str, number: int) -> None:
        self.stage = stage
        self.type_name = type_name
        self.number = number
        if stage.script.tagged:
            self.__typename = type_name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        found = _default(self, name)
        if found is None:
            raise AttributeError(name)
        return found[0]


class KeyedThing(Mapping[str, Any]):
    """A thing whose fields are keys."""

    def __init__(self, stage: Stage, type_name: str, number: int) -> None:
        self.stage = stage
        self.type_name = type_name
        self.number = number

    def __getitem__(self, name: str) -> Any:
        if name == "__typename" and self.stage.script.tagged:
            return self.type_name
        found = _default(self, name)
        if found is None:
            raise KeyError(name)
        return found[0]

    def __iter__(self) -> Iterator[str]:
        return iter(("number",))

    def __len__(self) -> int:
        return 1

    def __repr__(self) -> str:
        return f"<keyed {self.type_name}>"


def _default(thing: Thing | KeyedThing, name: str) -> tuple[Any] | None:
    """What graphql-core's default resolver finds under a name: the value, or how to get it."""
    stage = thing.stage
    where = f"{thing.type_name}.{name}"
    way = stage.script.ways.get(where)
    if way == "default":
        return (stage.resolved(thing, thing.type_name, name, {}),)
    if way == "method":
        return (lambda _, **arguments: stage.resolved(thing, thing.type_name, name, arguments),)
    return None


class _Part:
    """One value of one field of one thing."""

    def __init__(self, stage: Stage, where: str, number: int, arguments: dict[str, Any]) -> None:
        self.stage = stage
        self.where = where
        self.number = number
        self.arguments = arguments

    def played(self, play: Play, type_: Any, at: tuple[int, ...]) -> Any:
        if play.turns is None:
            return self._now(play, type_, at)
        return self.stage.kept(self._later(play, type_, at))

    async def _later(self, play: Play, type_: Any, at: tuple[int, ...]) -> Any:
        for _ in range(play.turns or 0):
            await asyncio.sleep(0)
        if not at:
            self.stage.called.append(("end", self.where, self.number))
        return self._now(play, type_, at)

    def _now(self, play: Play, type_: Any, at: tuple[int, ...]) -> Any:
        number = crc32(f"{self.number} {self.where} {at}".encode())
        inner = get_nullable_type(type_)
        if play.act == "give":
            if is_list_type(inner):
                return self._holder(play, inner.of_type, at)
            return self._one(inner, number)
        if play.act == "wrong":
            return self._wrong(inner, number)
        if play.act in ("raise", "error"):
            error = self._error(number, at)
            if play.act == "raise":
                raise error
            return error
        return Undefined if play.act == "undefined" else None

    def _error(self, number: int, at: tuple[int, ...]) -> Exception:
        text = f"{self.where} of {self.number} at {at}"
        if number % 3:
            return Broken(text)
        return GraphQLError(text, extensions={"code": number})

    def _one(self, type_: Any, number: int) -> Any:
        if is_leaf_type(type_):
            if type_.name in ("String", "ID") and self.arguments:
                return repr(sorted(self.arguments.items()))
            return _pick(_RIGHT[type_.name], number)
        if is_abstract_type(type_):
            type_ = _pick(self.stage.schema.get_possible_types(type_) or [type_], number)
        return self.stage.thing(type_.name, number)

    def _wrong(self, type_: Any, number: int) -> Any:
        if is_list_type(type_):
            return _pick((5, "text", {"key": 1}), number)
        if is_leaf_type(type_):
            return _pick(_WRONG[type_.name], number)
        # Of a type that it may or may not be.
        others = [name for name in self.stage.schema.type_map if name.startswith("T")]
        return self.stage.thing(_pick(others, number), number)

    def _holder(self, play: Play, of: Any, at: tuple[int, ...]) -> Any:
        if "async" in play.holder:
            return self._async_items(play, of, at)
        if play.holder in ("generator", "cut short"):
            return self._items(play, of, at)
        items = list(self._items(play, of, at, raising=False))
        return tuple(items) if play.holder == "tuple" else items

    def _items(
        self, play: Play, of: Any, at: tuple[int, ...], *, raising: bool = True
    ) -> Iterator[Any]:
        for index, item in enumerate(play.items):
            place = (*at, index)
            try:
                value = self.played(item, of, place)
            except Exception as error:
                if raising:
                    raise
                value = error
            yield value
        if play.holder == "cut short":
            raise Broken(f"{self.where} of {self.number} cut short")

    async def _async_items(self, play: Play, of: Any, at: tuple[int, ...]) -> AsyncIterator[Any]:
        for index, item in enumerate(play.items):
            value = self.played(item, of, (*at, index))
            yield await value if asyncio.iscoroutine(value) else value
        if "cut" in play.holder:
            raise Broken(f"{self.where} of {self.number} cut short")


def _pick(offered: Any, number: int) -> Any:
    return offered[number % len(offered)]
