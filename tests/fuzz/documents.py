"""Documents made from the whole schema: by hypothesis-graphql, and by schemathesis field by field.

Both know types only. So ids, handles and sizes of pages are put in their places afterwards, or
hardly any document would find anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import schemathesis
from graphql import (
    GraphQLInputObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    NamedTypeNode,
    NameNode,
    Node,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    get_named_type,
    parse,
    print_ast,
    visit,
)
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import Mode, from_schema, nodes

from tests.fuzz.world import World

SCHEMA = Path(__file__).parents[2] / "schema.graphql"
_WORDS = st.text(max_size=20)
# Nothing here looks like what is hidden in the world.
_SCALARS = {
    "Date": st.dates().map(lambda day: day.replace(year=day.year % 60 + 1960)).map(str) | _WORDS,
    "DateTime": st.datetimes().map(lambda moment: f"{moment.isoformat()}Z") | _WORDS,
    "URL": _WORDS.map("https://netql.test/{}".format) | _WORDS,
    "EmailAddress": st.emails() | _WORDS,
    "PhoneNumber": st.integers(1, 9_999_999).map("+4989{:07}".format) | _WORDS,
}
_VALUES = {name: strategy.map(nodes.String) for name, strategy in _SCALARS.items()}


@cache
def _schema() -> GraphQLSchema:
    return build_schema(SCHEMA.read_text())


def made(number: int, dice: int) -> list[str]:
    """So many documents at least, the same for the same dice: some over the whole schema at once,
    some of them against it; of the rest as many queries as mutations, each root field in turn."""
    whole, against = number // 8, max(number // 16, 1)
    found = _drawn(from_schema(_schema(), custom_scalars=_VALUES), whole, dice)
    wrong = from_schema(_schema(), custom_scalars=_VALUES, mode=Mode.NEGATIVE)
    found += _drawn(wrong, against, dice)
    operations = _operations()
    share = (number - len(found)) // 2
    for kind in ("Query", "Mutation"):
        fields = [one for one in operations if one.label.startswith(f"{kind}.")]
        for place, operation in enumerate(fields):
            found += _drawn(operation.as_strategy(), -(-share // len(fields)), dice + place)
    # There is only so much to ask of a small field: the whole schema has always more.
    while len(found) < number:
        dice += 1
        found += _drawn(from_schema(_schema(), custom_scalars=_VALUES), number - len(found), dice)
    Random(dice).shuffle(found)
    return found


def _selections(text: str) -> tuple[SelectionNode, ...]:
    (operation,) = parse(f"{{ {text} }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    return tuple(operation.selection_set.selections)


def _on_member(selections: Sequence[SelectionNode]) -> InlineFragmentNode:
    return InlineFragmentNode(
        type_condition=NamedTypeNode(name=NameNode(value="Member")),
        selection_set=SelectionSetNode(selections=tuple(selections)),
    )


def _operations() -> list[Any]:
    for name, strategy in _VALUES.items():
        schemathesis.graphql.scalar(name, strategy)
    loaded = schemathesis.graphql.from_file(SCHEMA.read_text())
    return [operation.ok() for operation in loaded.get_all_operations()]  # type: ignore[union-attr]


def _drawn(strategy: st.SearchStrategy[Any], number: int, dice: int) -> list[str]:
    found: list[str] = []

    @seed(dice)
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(strategy)
    def draw(document: Any) -> None:
        found.append(document if isinstance(document, str) else document.body)

    draw()
    return found


# What is restricted, of whoever is met.
_PROFILE = _selections(
    "headline industry location avatarUrl about pronouns email phone birthday address hiddenFields"
    " currentPosition { title } positions { title } education { school } skills { name }"
    " languages { name } websites { url } networkEntries { nodes { note } }"
    " sentInvitations { nodes { note } }"
)


class _Filling(Visitor):
    def __init__(self, types: TypeInfo, world: World, dice: Random) -> None:
        super().__init__()
        self._types = types
        self._world = world
        self._dice = dice

    def enter_string_value(self, _: Node, __: Any, parent: Any, *___: Any) -> Node | None:
        kind = get_named_type(self._types.get_input_type())
        name = parent.name.value if hasattr(parent, "name") else ""
        text = None if kind is None else self._text(kind.name, name)
        return None if text is None else StringValueNode(value=text)

    def enter_int_value(self, _: Node, *__: Any) -> Node | None:
        kind = get_named_type(self._types.get_input_type())
        if kind is not None and kind.name == "ID":
            return StringValueNode(value=self._id())
        if kind is not None and kind.name == "Int" and self._dice.random() < 0.8:
            return IntValueNode(value=str(self._dice.randrange(1, 12)))
        return None

    def enter_selection_set(self, node: SelectionSetNode, *_: Any) -> Node | None:
        parent = self._types.get_parent_type()
        if parent is None or parent.name not in ("Member", "Node") or self._dice.random() < 0.3:
            return None
        more = self._dice.sample(_PROFILE, self._dice.randrange(1, len(_PROFILE)))
        if parent.name == "Node":
            more = [_on_member(more)]
        return SelectionSetNode(selections=(*node.selections, *more))

    def leave_object_value(self, node: ObjectValueNode, *_: Any) -> Node | None:
        kind = get_named_type(self._types.get_input_type())
        if not isinstance(kind, GraphQLInputObjectType) or not kind.is_one_of:
            return None
        given = [one for one in node.fields if not isinstance(one.value, NullValueNode)]
        if not given or self._dice.random() < 0.1:
            return None
        return ObjectValueNode(fields=(self._dice.choice(given),))

    def _id(self) -> str:
        return self._dice.choice(self._world.ids[self._dice.choice(_LIKELY)] or ["x"])

    def _text(self, kind: str, name: str) -> str | None:
        chance = self._dice.random()
        if kind == "ID" and chance < 0.9:
            return self._id()
        if kind != "String" or chance > 0.8:
            return None
        if name == "handle":
            return self._dice.choice(self._world.handles)
        if name == "query":
            return self._dice.choice(("ann", "mia", "marked", "m", "gus gone", "mia marked1"))
        if name == "password":
            return "long enough"
        if name in ("after", "before"):
            return None if chance < 0.4 else ""
        if name == "idempotencyKey":
            return f"key {self._dice.randrange(5)}"
        return None


_LIKELY = ("Member",) * 6 + ("Connection", "Invitation", "Invitation", "NetworkEntry", "Block",
           "Position", "Education", "Skill", "Language", "Website")  # fmt: skip


def filled(document: str, world: World, dice: Random) -> str:
    """The document with most of its ids, handles and numbers replaced by some of the world's."""
    try:
        tree = parse(document)
    except Exception:
        return document
    types = TypeInfo(_schema())
    return print_ast(visit(tree, TypeInfoVisitor(types, _Filling(types, world, dice))))
