"""Schemas of awkward shapes, drawn: as text, and built, with resolvers that play a script."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError, GraphQLSchema, Undefined, build_schema

from tests.execution.dice import Dice

_WRAPPINGS = (
    "{}",
    "{}!",
    "[{}]",
    "[{}!]!",
    "[{}]!",
    "[{}!]",
    "[[{}]]",
    "[[{}!]!]!",
    "[[{}!]]",
    "[[[{}]!]!]",
)
_LEAVES = ("String", "Int", "Boolean", "ID", "Float", "Mood", "Odd")
# What stands for a value where the schema says a default.
_CONSTANTS = {
    "String": '"d"',
    "Int": "7",
    "Boolean": "true",
    "ID": '"i"',
    "Float": "1.5",
    "Mood": "LOW",
    "Odd": '"odd"',
    "Put": "{}",
    "One": '{a: "one"}',
}
_FIXED = """
enum Mood { LOW HIGH }
scalar Odd
input One @oneOf { a: String b: [Int!] c: Put }
"""


@dataclass
class Sketch:
    """A schema before it is text: the fields of each type, and who is what."""

    fields: dict[str, dict[str, str]] = field(default_factory=dict)
    interfaces: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    put: list[str] = field(default_factory=list)

    def text(self) -> str:
        parts = [_FIXED, f"input Put {{ {' '.join(self.put)} }}"]
        for name, fields in self.fields.items():
            kind = "interface" if name.startswith("I") else "type"
            over = self.interfaces.get(name, ())
            implements = f" implements {' & '.join(over)}" if over else ""
            inside = "\n".join(f"  {key}{rest}" for key, rest in fields.items())
            parts.append(f"{kind} {name}{implements} {{\n{inside}\n}}")
        parts += [f"union {name} = {' | '.join(of)}" for name, of in self.unions.items()]
        return "\n".join(parts)


def sketch(dice: Dice) -> Sketch:
    """The outline of a schema: T0... are object types, I0... interfaces, U0... unions."""
    made = Sketch()
    objects = [f"T{number}" for number in range(1 + dice.upto(2))]
    interfaces = [f"I{number}" for number in range(dice.upto(2))]
    unions = [f"U{number}" for number in range(dice.upto(2))]
    outputs = (*_LEAVES, *(objects + interfaces + unions) * 2)
    made.put = [
        f"{name}: {_with_default(dice, dice.choose(_WRAPPINGS), dice.choose(_LEAVES), always=True)}"
        for name in "xyz"[: 1 + dice.upto(2)]
    ] + ["more: [Put!]"]
    for union in unions:
        chosen = [name for name in objects if dice.chance(2)]
        made.unions[union] = tuple(chosen or objects[:1])
    for number, name in enumerate(interfaces):
        over = tuple(interfaces[:number]) if dice.chance(2) else ()
        made.interfaces[name] = over
        _give(dice, made, name, outputs)
    for name in objects:
        chosen = [one for one in interfaces if not dice.chance(3)]
        over = {above for one in chosen for above in made.interfaces[one]}
        made.interfaces[name] = tuple(sorted({*chosen, *over}))
        _give(dice, made, name, outputs)
    for root in ("Query", "Mutation"):
        _give(dice, made, root, outputs)
    return made


def _give(dice: Dice, made: Sketch, name: str, outputs: tuple[str, ...]) -> None:
    """Give a type its fields: those of its interfaces, and some of its own."""
    fields = made.fields[name] = {}
    for interface in made.interfaces.get(name, ()):
        for key, rest in made.fields[interface].items():
            # An implementation may promise more.
            fields[key] = rest if rest.endswith("!") or not dice.chance(4) else f"{rest}!"
    # One name for all types now and then, so that fragments meet.
    own = "f" if name.startswith("T") and dice.chance(2) else name.lower()
    for number in range(1 + dice.upto(3)):
        key = f"{own}{number}"
        if key not in fields:
            type_ = dice.choose(_WRAPPINGS).format(dice.choose(outputs))
            fields[key] = f"{_arguments(dice)}: {type_}"


def _arguments(dice: Dice) -> str:
    if not dice.chance(3):
        return ""
    given = [
        f"{name}: {_with_default(dice, dice.choose(_WRAPPINGS[:8]), dice.choose(list(_CONSTANTS)))}"
        for name in "ab"[: 1 + dice.upto(1)]
    ]
    return f"({', '.join(given)})"


def _with_default(dice: Dice, wrapping: str, named: str, *, always: bool = False) -> str:
    type_ = wrapping.format(named)
    wanted = always and type_.endswith("!")
    if not wanted and not dice.chance(3):
        return type_
    if not type_.endswith("!") and dice.chance(4):
        return f"{type_} = null"
    return f"{type_} = {_constant(type_, named)}"


def _constant(type_: str, named: str) -> str:
    bare = type_.removesuffix("!")
    return f"[{_constant(bare[1:-1], named)}]" if bare.startswith("[") else _CONSTANTS[named]


def built(text: str) -> GraphQLSchema:
    """The schema of a text, its enum and its odd scalar with minds of their own."""
    schema = build_schema(text)
    mood: Any = schema.type_map["Mood"]
    for number, one in enumerate(mood.values.values()):
        one.value = number
    odd: Any = schema.type_map["Odd"]
    odd.serialize = odd.coerce_output_value = _told_oddly
    odd.parse_value = odd.coerce_input_value = _taken_oddly
    return schema


def _told_oddly(value: Any) -> Any:
    """A scalar may also say that it has nothing to say."""
    if value == "raises":
        raise ValueError("An odd value.")
    if value == "graph":
        raise GraphQLError("An odd value of the graph's.", extensions={"code": "ODD"})
    return {"null": None, "undefined": Undefined}.get(value, f"<{value}>")


def _taken_oddly(value: Any) -> Any:
    return ("taken", value)
