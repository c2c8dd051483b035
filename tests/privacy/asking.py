"""Builds the operation that walks a path and, at its end, selects every restricted field."""

from __future__ import annotations

from collections.abc import Iterable

from graphql import GraphQLObjectType, get_named_type, is_leaf_type, is_required_argument

from tests.privacy.paths import Map, Path, Step

# What fields are asked with. Those of the roots differ from one request to the next.
ARGUMENTS = {
    "Member.connections": "(first: 100)",
    "Member.mutualConnections": "(first: 100)",
    "Member.networkEntries": "(first: 100)",
    "Member.receivedInvitations": "(first: 100)",
    "Member.sentInvitations": "(first: 100)",
}
# What is asked of everything on the way, so that it can be told who it is.
IDENTITY = {
    "Member": "id",
    "Connection": "id member { __typename id }",
    "Invitation": "id inviter { __typename id } invitee { __typename id }",
    "NetworkEntry": "id person { __typename ... on Member { id } }",
}

Tree = dict[Step, "Tree"]


class Asking:
    """Writes operations over a schema."""

    def __init__(self, atlas: Map) -> None:
        self.atlas = atlas

    def fragment(self, name: str) -> str:
        """All restricted fields of a guarded type."""
        extra = "hiddenFields" if "hiddenFields" in self.atlas.object(name).fields else ""
        fields = " ".join(self.leaf(name, key) for key in self.atlas.restricted_fields(name))
        return f"fragment All{name} on {name} {{ __typename {extra} {fields} }}"

    def leaf(self, parent: str, key: str) -> str:
        field = self.atlas.object(parent).fields[key]
        named = get_named_type(field.type)
        written = f"{key}{self.arguments(parent, key)}"
        if is_leaf_type(named):
            return written
        assert isinstance(named, GraphQLObjectType)
        inside = [
            name for name, found in named.fields.items() if is_leaf_type(get_named_type(found.type))
        ]
        # A page is judged where a path goes on into it.
        return (
            f"{written} {{ __typename {'' if 'pageInfo' in named.fields else ' '.join(inside)} }}"
        )

    def arguments(self, parent: str, key: str) -> str:
        given = ARGUMENTS.get(f"{parent}.{key}", "")
        needed = [a for a in self.atlas.object(parent).fields[key].args.values()]
        assert given or not any(map(is_required_argument, needed)), (
            f"{parent}.{key} needs arguments"
        )
        return given

    def root_type(self, path: Path) -> str:
        """The type of the root field that a path begins with."""
        first = path[0].steps[0]
        return str(get_named_type(self.atlas.object(first.parent).fields[first.field].type))

    def tree(self, paths: Iterable[Path]) -> Tree:
        """The paths laid over each other."""
        tree: Tree = {}
        for path in paths:
            inner = tree
            for stretch in path:
                for step in stretch.steps:
                    inner = inner.setdefault(step, {})
        return tree

    def inside(self, tree: Tree, arrivals: set[tuple[Step, ...]], so_far: tuple[Step, ...]) -> str:
        """The selection below a step; at the end of a path, everything restricted."""
        type_ = so_far[-1].type
        parts = ["__typename", IDENTITY.get(type_, "")]
        if so_far in arrivals:
            parts.append(f"...All{type_}")
        by_field: dict[str, list[str]] = {}
        for step, below in tree.items():
            text = self.inside(below, arrivals, (*so_far, step))
            if step.on:
                text = f"__typename ... on {step.type} {{ {text} }}"
            by_field.setdefault(step.field, []).append(text)
        for key, texts in by_field.items():
            parts.append(f"{key}{self.arguments(type_, key)} {{ {' '.join(texts)} }}")
        return " ".join(filter(None, parts))

    def below(self, paths: Iterable[Path]) -> str:
        """The selection set of the one root field that all these paths begin with."""
        paths = list(paths)
        tree = self.tree(paths)
        arrivals = {tuple(s for stretch in path for s in stretch.steps) for path in paths}
        assert len({step.field for step in tree}) == 1
        texts = []
        for step, below in tree.items():
            text = self.inside(below, arrivals, (step,))
            texts.append(f"__typename ... on {step.type} {{ {text} }}" if step.on else text)
        return f"{{ {' '.join(texts)} }}"
