"""Every way through the published schema to a field that is closed to somebody.

A guarded type is one with an `@restricted` field. A stretch leads from a root, or from a guarded
type, over types that are not guarded to the next guarded type; a path is a chain of stretches
from a root that ends where a guarded type comes again. Nothing here knows netql: it reads the
printed schema, as a client would.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    DirectiveNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_object_type,
)

ROOTS = ("Query", "Mutation", "Subscription")


@dataclass(frozen=True)
class Step:
    """A field on the way, and the type that its value has (`on` if the field leaves it open)."""

    parent: str
    field: str
    type: str
    on: bool

    def __str__(self) -> str:
        return f"{self.field}({self.type})" if self.on else self.field


@dataclass(frozen=True)
class Stretch:
    """From a root or a guarded type to the next guarded type."""

    steps: tuple[Step, ...]

    @property
    def origin(self) -> str:
        return self.steps[0].parent

    @property
    def target(self) -> str:
        return self.steps[-1].type

    def __str__(self) -> str:
        return ".".join([self.origin, *map(str, self.steps)])


Path = tuple[Stretch, ...]


class Map:
    """The stretches and paths of a schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self.guarded = {
            name
            for name, type_ in schema.type_map.items()
            if is_object_type(type_) and any(map(restricted, type_.fields.values()))
        }
        self.stretches: dict[str, list[Stretch]] = {
            origin: list(self._stretches(origin, (), {origin}))
            for origin in (*ROOTS, *sorted(self.guarded))
        }

    def object(self, name: str) -> GraphQLObjectType:
        found = self.schema.type_map[name]
        assert isinstance(found, GraphQLObjectType)
        return found

    def restricted_fields(self, name: str) -> dict[str, GraphQLField]:
        """The fields of a type that carry the directive."""
        fields = self.object(name).fields
        return {key: field for key, field in fields.items() if restricted(field)}

    def _stretches(self, name: str, steps: tuple[Step, ...], seen: set[str]) -> Iterator[Stretch]:
        for key, field in self.object(name).fields.items():
            named = get_named_type(field.type)
            if is_leaf_type(named):
                continue
            open_ = is_abstract_type(named)
            possible = self.schema.get_possible_types(named) if open_ else [named]
            for type_ in possible:
                onward = (*steps, Step(name, key, type_.name, open_))
                if type_.name in self.guarded:
                    yield Stretch(onward)
                elif type_.name not in seen:
                    yield from self._stretches(type_.name, onward, {*seen, type_.name})

    def paths(self, root: str) -> Iterator[Path]:
        """Each path of a root, every stop at a guarded type being the end of one."""
        for first in self.stretches[root]:
            yield from self._onward((first,), {first.target})

    def _onward(self, path: Path, met: set[str]) -> Iterator[Path]:
        yield path
        for stretch in self.stretches[path[-1].target]:
            if stretch.target in met:
                yield (*path, stretch)
            else:
                yield from self._onward((*path, stretch), {*met, stretch.target})

    def all_stretches(self) -> Iterator[Stretch]:
        """Those that can be walked from a root."""
        seen: set[Stretch] = set()
        for root in ROOTS:
            for path in self.paths(root):
                if path[-1] not in seen:
                    seen.add(path[-1])
                    yield path[-1]


def directive(field: GraphQLField) -> DirectiveNode | None:
    """The `@restricted` of a field, if it carries one."""
    nodes = field.ast_node.directives if field.ast_node else ()
    return next((node for node in nodes or () if node.name.value == "restricted"), None)


def restricted(field: GraphQLField) -> bool:
    return directive(field) is not None


def bound(field: GraphQLField, argument: str) -> str:
    """What a field's directive says: `default` or `widest`."""
    node = directive(field)
    assert node is not None
    values = {given.name.value: given.value.value for given in node.arguments}  # type: ignore[attr-defined]
    return str(values[argument])
