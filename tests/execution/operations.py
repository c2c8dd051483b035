"""Valid operations over any schema, drawn: with aliases, fragments, merged fields, conditions,
variables and pieces of introspection."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLField,
    GraphQLNonNull,
    GraphQLSchema,
    OperationType,
    get_named_type,
    is_composite_type,
    is_leaf_type,
    is_non_null_type,
    is_required_argument,
)
from graphql.utilities import do_types_overlap

from tests.execution.dice import Dice
from tests.execution.inputs import Leaf, value

# How many sets of variables an operation is sent with.
SENT = 2
_CONDITION = GraphQLNonNull(GraphQLBoolean)
_INTROSPECTION = ("__schema", "__type")


@dataclass
class Operation:
    """A text, and the variables that it is sent with, one set after the other."""

    text: str
    variables: list[dict[str, Any]]


@dataclass
class Writer:
    """Writes one operation. `breadth` and `depth` bound it; `leave_out` are fields, as
    `Type.field`, that it never selects."""

    dice: Dice
    schema: GraphQLSchema
    leaf: Leaf
    breadth: int = 3
    depth: int = 4
    introspects: bool = True
    leave_out: frozenset[str] = frozenset()
    _variables: dict[str, str] = field(default_factory=dict)
    _defaults: dict[str, str] = field(default_factory=dict)
    _sent: list[dict[str, Any]] = field(default_factory=lambda: [{} for _ in range(SENT)])
    _fragments: dict[str, tuple[Any, str]] = field(default_factory=dict)
    # What each response key stands for, in the whole document: so any two selections merge.
    _keys: dict[str, tuple[Any, str]] = field(default_factory=dict)

    def operation(self, kind: OperationType = OperationType.QUERY) -> Operation:
        """A text that the schema validates."""
        selected = self._selections(self.schema.get_root_type(kind), self.depth, root=True)
        declared = ", ".join(
            f"${name}: {type_}{self._defaults.get(name, '')}"
            for name, type_ in self._variables.items()
        )
        fragments = "".join(
            f"\nfragment {name} on {type_} {text}"
            for name, (type_, text) in self._fragments.items()
        )
        head = f"{kind.value} Asked{f'({declared})' if declared else ''}"
        return Operation(f"{head} {selected}{fragments}", self._sent)

    def _selections(self, type_: Any, depth: int, *, root: bool = False) -> str:
        number = 1 + self.dice.upto(self.breadth)
        return f"{{ {' '.join(self._selection(type_, depth, root) for _ in range(number))} }}"

    def _selection(self, type_: Any, depth: int, root: bool) -> str:
        way = self.dice.upto(9)
        if way == 9:
            return self._named(type_, depth)
        if way == 8 and depth > 0:
            # Within the type itself a fragment needs no condition.
            on = self._overlapping(type_)
            condition = "" if on is type_ and self.dice.chance(2) else f" on {on}"
            inside = self._selections(on, depth - 1, root=root and on is type_)
            return f"...{condition}{self._directives()} {inside}"
        return self._field(type_, depth, root)

    def _overlapping(self, type_: Any) -> Any:
        return self.dice.choose(
            [
                type_,
                *(
                    other
                    for name, other in self.schema.type_map.items()
                    if other is not type_
                    and not name.startswith("__")
                    and is_composite_type(other)
                    and do_types_overlap(self.schema, type_, other)
                ),
            ]
        )

    def _named(self, type_: Any, depth: int) -> str:
        """A fragment spread, of a fragment that is there already or of a new one."""
        fitting = [
            name
            for name, (on, _) in self._fragments.items()
            if do_types_overlap(self.schema, type_, on)
        ]
        if fitting and self.dice.chance(2):
            name = self.dice.choose(fitting)
        else:
            on = self._overlapping(type_)
            text = self._selections(on, max(depth - 1, 0))
            # Kept only now that it is whole: so no fragment comes to spread itself.
            name = f"Part{len(self._fragments)}"
            self._fragments[name] = (on, text)
        return f"...{name}{self._directives()}"

    def _field(self, type_: Any, depth: int, root: bool) -> str:
        names = ["__typename"] + [
            name
            for name, one in getattr(type_, "fields", {}).items()
            if (depth > 0 or is_leaf_type(get_named_type(one.type)))
            and f"{type_}.{name}" not in self.leave_out
        ]
        if root and self.introspects and type_ is self.schema.query_type:
            names += _INTROSPECTION
        name = names[1 + self.dice.upto(len(names) - 2)] if len(names) > 1 else names[0]
        if name in _INTROSPECTION:
            depth = 2
        if self.dice.chance(8):
            name = "__typename"
        definition = self.schema.get_field(type_, name)
        assert definition is not None
        key, arguments = self._key(name, definition)
        named = get_named_type(definition.type)
        below = ""
        if not is_leaf_type(named):
            below = " " + self._selections(named, depth - 1)
        alias = "" if key == name else f"{key}: "
        return f"{alias}{name}{arguments}{self._directives()}{below}"

    def _key(self, name: str, definition: GraphQLField) -> tuple[str, str]:
        """A response key for the field, and its arguments: one that is in use, or a new one."""
        means = (
            name,
            str(definition.type),
            tuple((key, str(one.type)) for key, one in definition.args.items()),
        )
        used = [key for key, (meant, _) in self._keys.items() if meant == means]
        if used and not self.dice.chance(3):
            key = self.dice.choose(used)
            return key, self._keys[key][1]
        key = name
        if key in self._keys or self.dice.chance(5):
            key = f"k{len(self._keys)}"
        arguments = self._arguments(definition)
        self._keys[key] = (means, arguments)
        return key, arguments

    def _arguments(self, definition: GraphQLField) -> str:
        given = [
            f"{name}: {self._argument(name, one)}"
            for name, one in definition.args.items()
            if is_required_argument(one) or self.dice.chance(2)
        ]
        return f"({', '.join(given)})" if given else ""

    def _argument(self, name: str, definition: GraphQLArgument) -> str:
        if self.dice.chance(3):
            return self._variable(name, definition.type)
        return value(self.dice, definition.type, self.leaf, name).text

    def _variable(self, name: str, type_: Any) -> str:
        """A variable that may stand where the type is wanted."""
        declared, default = type_, ""
        if is_non_null_type(type_):
            if self.dice.chance(3):
                # With a default it need not be sent. Null may be, and then the field fails.
                declared = type_.of_type
                default = f" = {value(self.dice, type_, self.leaf, name).text}"
        elif self.dice.chance(4):
            declared = GraphQLNonNull(type_)
        elif self.dice.chance(3):
            default = f" = {value(self.dice, type_, self.leaf, name).text}"
        fitting = [
            key
            for key, text in self._variables.items()
            if text == str(declared) and self._defaults.get(key, "") == default
        ]
        if fitting and self.dice.chance(2):
            return f"${self.dice.choose(fitting)}"
        key = f"v{len(self._variables)}"
        self._variables[key] = str(declared)
        if default:
            self._defaults[key] = default
        for sent in self._sent:
            if is_non_null_type(declared) or not self.dice.chance(3):
                sent[key] = value(self.dice, declared, self.leaf, name).sent
        return f"${key}"

    def _directives(self) -> str:
        if not self.dice.chance(6):
            return ""
        name = self.dice.choose(("include", "skip"))
        given = self.dice.choose(("true", "false", "", "", ""))
        return f" @{name}(if: {given or self._variable('if', _CONDITION)})"
