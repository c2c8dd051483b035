"""Measuring a parsed text before anything else is done with it: depth, aliases, directives, root
fields, sensitive mutations and cost, in one walk.

Each fragment is measured once and its measure taken wherever it is spread, so the walk is linear in
the text however often fragments spread each other; numbers stop at a ceiling. The text need not be
valid: what the schema does not know counts as a plain field, and is for validation to refuse.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from netql.api.costs import CEILING, Cost, Size, added, least, times, within_page
from netql.api.limits import MOST_SENSITIVE, SENSITIVE, LimitExceeded, Limits, too_costly
from netql.paging import DEFAULT_PAGE

# How many items a list is taken to have that is no page: a profile's positions, say.
PLAIN_LIST = 10
# The same of a type's fields, a field's arguments and the like.
DESCRIBING_LIST = 3
# So many values that describe the schema are one point: they are read from memory.
DESCRIBING_SHARE = 4


@dataclass(slots=True)
class Measure:
    """Of one selection set, its fragments expanded. `each` is the part of its cost that a page's
    items have; `fields` are those at its top."""

    depth: int = 0
    aliases: int = 0
    directives: int = 0
    fields: int = 0
    sensitive: int = 0
    cost: Cost = 0
    each: Cost = 0


class Measuring:
    """The measures of one document's fragments and operations."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode) -> None:
        self._schema = schema
        self._fragments: dict[str, FragmentDefinitionNode] = {}
        self._measured: dict[str, Measure] = {}
        # How many selections were looked at, for the promise that the walk is linear.
        self.visited = 0
        for one in document.definitions:
            if isinstance(one, FragmentDefinitionNode):
                self._fragments.setdefault(one.name.value, one)

    def operation(self, node: OperationDefinitionNode) -> Measure:
        """The measure of an operation."""
        self._prepare(node.selection_set)
        root = self._schema.get_root_type(node.operation)
        measure = self._of(node.selection_set, None if root is None else root.name)
        measure.directives += len(node.directives or ())
        for variable in node.variable_definitions or ():
            measure.directives += len(variable.directives or ())
        return measure

    def _prepare(self, selections: SelectionSetNode) -> None:
        """Measure the fragments spread in there, the innermost first. Without recursion: a chain
        of fragments may be longer than Python's stack."""
        path: list[tuple[str, Iterator[str]]] = [("", self._spreads(selections))]
        begun = set(self._measured)
        while path:
            name, spreads = path[-1]
            for spread in spreads:
                if spread in self._fragments and spread not in begun:
                    begun.add(spread)
                    path.append((spread, self._spreads(self._fragments[spread].selection_set)))
                    break
            else:
                path.pop()
                if name:
                    fragment = self._fragments[name]
                    measure = self._of(fragment.selection_set, fragment.type_condition.name.value)
                    measure.directives += len(fragment.directives or ())
                    self._measured[name] = measure

    def _spreads(self, selections: SelectionSetNode) -> Iterator[str]:
        stack = [selections]
        while stack:
            for one in stack.pop().selections:
                self.visited += 1
                if isinstance(one, FragmentSpreadNode):
                    yield one.name.value
                elif isinstance(one, FieldNode | InlineFragmentNode) and one.selection_set:
                    stack.append(one.selection_set)

    def _of(self, selections: SelectionSetNode, parent: str | None) -> Measure:
        """The parser bounds how deep this goes."""
        whole = Measure()
        costs: list[Cost] = []
        each: list[Cost] = []
        for one in selections.selections:
            self.visited += 1
            if isinstance(one, FieldNode):
                definition = self._definition(parent, one.name.value)
                below = None
                if one.selection_set is not None:
                    type_ = None if definition is None else get_named_type(definition.type).name
                    below = self._of(one.selection_set, type_)
                part = _field(one, parent, definition, below, len(self._schema.type_map))
            elif isinstance(one, InlineFragmentNode):
                condition = one.type_condition
                part = self._of(one.selection_set, condition.name.value if condition else parent)
            else:
                assert isinstance(one, FragmentSpreadNode)
                # Not there if it is unknown, or spreads itself: both are for validation.
                part = self._measured.get(one.name.value) or Measure()
            whole.depth = max(whole.depth, part.depth)
            whole.aliases += part.aliases
            whole.directives += part.directives + len(one.directives or ())
            whole.fields += part.fields
            whole.sensitive += part.sensitive
            costs.append(part.cost)
            each.append(part.each)
        whole.aliases = min(whole.aliases, CEILING)
        whole.directives = min(whole.directives, CEILING)
        whole.fields = min(whole.fields, CEILING)
        whole.sensitive = min(whole.sensitive, CEILING)
        whole.cost = added(costs)
        whole.each = added(each)
        return whole

    def _definition(self, parent: str | None, name: str) -> GraphQLField | None:
        type_ = None if parent is None else self._schema.type_map.get(parent)
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            return self._schema.get_field(type_, name)
        return None


def _field(
    node: FieldNode,
    parent: str | None,
    definition: GraphQLField | None,
    below: Measure | None,
    types: int,
) -> Measure:
    """The measure of one field, its selections measured."""
    name = node.name.value
    measure = Measure(depth=1, fields=1, cost=1, aliases=1 if node.alias else 0)
    if parent == "Mutation" and name in SENSITIVE:
        measure.sensitive = 1
    if below is None:
        return measure
    measure.aliases += below.aliases
    measure.directives = below.directives
    if name in ("__schema", "__type"):
        # Its depth is bounded by a rule of validation's.
        inside = added([below.cost, times(DEFAULT_PAGE, below.each)])
        measure.cost = min(1 + least(inside) // DESCRIBING_SHARE, CEILING)
        return measure
    measure.depth += below.depth
    size = _size(node, definition)
    if size is not None and not _is_list(definition):
        measure.cost = added([1, below.cost, times(size, below.each)])
        return measure
    inside = added([below.cost, times(DEFAULT_PAGE, below.each)])
    if name == "ofType":
        # Most types are wrapped once or not at all, and questions go nine levels down.
        measure.cost = 1 + least(inside) // 4
    elif not _is_list(definition):
        measure.cost = added([1, inside])
    elif size is not None:
        measure.cost = added([1, times(size, inside)])
    elif parent is not None and parent.endswith("Connection"):
        measure.cost, measure.each = 1, inside
    else:
        length = PLAIN_LIST
        if parent is not None and parent.startswith("__"):
            length = types if name == "types" else DESCRIBING_LIST
        measure.cost = added([1, times(length, inside)])
    return measure


def _size(node: FieldNode, definition: GraphQLField | None) -> int | Size | None:
    """How many items are asked for; None for a field that takes no such number."""
    if definition is None or not definition.args.keys() & _SIZES:
        return None
    given: int | None = None
    names: list[str] = []
    for argument in node.arguments or ():
        value = argument.value
        if argument.name.value not in _SIZES:
            continue
        number = None
        if isinstance(value, VariableNode):
            names.append(value.name.value)
        elif isinstance(value, IntValueNode):
            # Numbers of many digits are none of GraphQL's, and slow to read.
            number = within_page(int(value.value)) if len(value.value) < 12 else 1
        elif isinstance(value, ListValueNode):
            number = within_page(len(value.values))
        if number is not None:
            given = max(number, given or 0)
    if names:
        return Size(given, tuple(names))
    return DEFAULT_PAGE if given is None else given


# Arguments that say how many items come: the size of a page, or the ids of what is wanted.
_SIZES = frozenset(("first", "last", "ids"))


def _is_list(definition: GraphQLField | None) -> bool:
    return definition is not None and is_list_type(get_nullable_type(definition.type))


def check(limits: Limits, measure: Measure) -> None:
    """Raises LimitExceeded for an operation that asks for more than one may."""
    for code, what, limit, found in (
        ("DEPTH_LIMIT_EXCEEDED", "levels of fields", limits.depth, measure.depth),
        ("ALIAS_LIMIT_EXCEEDED", "aliases", limits.aliases, measure.aliases),
        ("DIRECTIVE_LIMIT_EXCEEDED", "directives", limits.directives, measure.directives),
        ("ROOT_FIELD_LIMIT_EXCEEDED", "fields at the root", limits.root_fields, measure.fields),
        (
            "SENSITIVE_LIMIT_EXCEEDED",
            f"of the mutations {', '.join(sorted(SENSITIVE))}",
            MOST_SENSITIVE,
            measure.sensitive,
        ),
    ):
        if found > limit:
            raise LimitExceeded(code, what, limit, found)
    if least(measure.cost) > limits.cost:
        raise too_costly(limits.cost, least(measure.cost))
