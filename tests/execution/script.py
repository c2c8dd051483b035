"""What the resolvers of a generated schema do: drawn once, played to both executors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLSchema,
    get_nullable_type,
    is_abstract_type,
    is_introspection_type,
    is_list_type,
    is_object_type,
)

from tests.execution.dice import Dice

# What a value can come to. "error" is an exception given as a value, not raised.
_FAULTS = ("null", "raise", "wrong", "error", "undefined")
# What may hold the items of a list.
_HOLDERS = ("list", "tuple", "generator", "cut short", "async", "async cut short")
# How a field is resolved, and how an object says what it is.
_WAYS = ("resolver", "default", "method", "column", "column later")
_SAYING = ("at once", "later")


@dataclass(frozen=True)
class Play:
    """One value. `turns` is how often the loop turns before an awaitable has it; None: there is
    nothing to await."""

    act: str = "give"
    turns: int | None = None
    items: tuple[Play, ...] = ()
    holder: str = "list"


@dataclass
class Script:
    """What everything does. `plays` are by type and field, in turn for one object after another;
    the rest says of each type how it does what."""

    plays: dict[str, tuple[Play, ...]] = field(default_factory=dict)
    ways: dict[str, str] = field(default_factory=dict)
    # Of object types: how is_type_of answers; of abstract ones: how resolve_type does.
    says: dict[str, str] = field(default_factory=dict)
    mappings: set[str] = field(default_factory=set)
    # Whether objects carry the name of their type for graphql-core's default to find.
    tagged: bool = True
    faulty: bool = False
    asynchronous: bool = False

    def leaves_open(self) -> bool:
        """Whether it may depend on the order of doing things which errors are told."""
        return self.asynchronous or self.cut_short()

    def cut_short(self) -> bool:
        """Whether some list fails after its first items, whose errors are nobody's then."""
        return "cut short" in repr(self.plays)


def script(dice: Dice, schema: GraphQLSchema) -> Script:
    """A script for every type of a schema."""
    made = Script(
        tagged=not dice.chance(3),
        faulty=not dice.chance(3),
        asynchronous=not dice.chance(3),
    )
    for name, type_ in schema.type_map.items():
        if is_introspection_type(type_):
            continue
        if is_abstract_type(type_):
            if not dice.chance(3):
                made.says[name] = _saying(dice, made)
        elif is_object_type(type_):
            if name not in ("Query", "Mutation"):
                if dice.chance(3):
                    made.says[name] = _saying(dice, made)
                if dice.chance(3):
                    made.mappings.add(name)
            for key, one in type_.fields.items():
                where = f"{name}.{key}"
                made.ways[where] = dice.choose(_WAYS if made.asynchronous else _WAYS[:-1])
                made.plays[where] = tuple(
                    _play(dice, made, one.type) for _ in range(1 + dice.upto(2))
                )
    return made


def _saying(dice: Dice, made: Script) -> str:
    return dice.choose(_SAYING if made.asynchronous else _SAYING[:1])


def _play(dice: Dice, made: Script, type_: Any, *, inside: bool = False) -> Play:
    act = "give"
    if made.faulty and dice.chance(6):
        act = dice.choose(_FAULTS)
    elif dice.chance(12):
        act = "null" if get_nullable_type(type_) is type_ else "give"
    turns = None
    if made.asynchronous and dice.chance(4 if inside else 2):
        turns = dice.upto(3)
    inner = get_nullable_type(type_)
    if act != "give" or not is_list_type(inner):
        return Play(act, turns)
    holders = [
        one
        for one in _HOLDERS
        if (made.faulty or "cut" not in one) and (made.asynchronous or "async" not in one)
    ]
    holder = dice.choose(holders) if dice.chance(3) else "list"
    items = tuple(_play(dice, made, inner.of_type, inside=True) for _ in range(dice.upto(3)))
    return Play(act, turns, items, holder)
