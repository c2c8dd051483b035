"""What an operation asks for, worked out once and used for every request that repeats it.

A plan knows the schema, the document and the operation, and nothing of a request: variables and
arguments that use them are filled in by each run. Only `@skip` and `@include` change what is
selected; so the plan of an operation has one variant for each combination of values of the
variables that stand in them. Selections are compiled when something is first found to select
from, as graphql-core does: a fragment that is never reached costs nothing.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
)
from graphql.execution.collect_fields import (
    FieldDetailsList,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.language.ast import QUERY_DOCUMENT_KEYS

from netql.execution import resolving
from netql.execution.rows import Build, row_builder
from netql.execution.shapes import shape_of

# More combinations of @skip and @include than this are compiled anew when they come again.
MOST_VARIANTS = 16


class Outline:
    """What an operation's fields are compiled by. It knows none of them, nor does what they hold
    of it: there are no circles in a plan, so that it is gone as soon as nobody wants it."""

    __slots__ = (
        "compiled",
        "fragments",
        "hide_suggestions",
        "once",
        "operation",
        "root_type",
        "schema",
    )

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDetails],
        places: Counter[str],
        *,
        hide_suggestions: bool,
    ) -> None:
        self.schema = schema
        self.operation = operation
        self.fragments = dict(fragments)
        self.hide_suggestions = hide_suggestions
        self.root_type = schema.get_root_type(operation.operation)
        # The fields that stand at one place only, by their names in the graph.
        self.once = frozenset(name for name, count in places.items() if count == 1)
        # How many fields were ever compiled: what the plan holds in memory grows with it.
        self.compiled = 0


class OperationPlan:
    """The plan of one operation of one document."""

    __slots__ = ("_conditions", "_variants", "names", "outline", "unsupported")

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDetails],
        *,
        hide_suggestions: bool = False,
    ) -> None:
        definitions = [fragment.definition for fragment in fragments.values()]
        self.unsupported = _unsupported(operation, definitions)
        places = places_of(operation, {one.name.value: one for one in definitions})
        # The fields that stand in it, by their names in the graph.
        self.names = frozenset(places)
        self.outline = Outline(
            schema, operation, fragments, places, hide_suggestions=hide_suggestions
        )
        self._conditions = tuple(sorted(_conditions(operation, definitions)))
        self._variants: OrderedDict[tuple[Any, ...], SelectionPlan] = OrderedDict()

    @property
    def name(self) -> str | None:
        """The operation's name, if it has one."""
        name = self.outline.operation.name
        return name.value if name else None

    @property
    def serial(self) -> bool:
        """Whether the root fields run one after the other."""
        return self.outline.operation.operation is OperationType.MUTATION

    def root(self, values: VariableValues) -> SelectionPlan:
        """What is selected at the root for these variables. Raises GraphQLError as graphql-core
        would."""
        key = tuple(values.coerced.get(name) for name in self._conditions)
        found = self._variants.get(key)
        if found is None:
            # Of a request's variables only these: a plan outlives the request.
            kept = VariableValues(
                {name: values.sources[name] for name in self._conditions if name in values.sources},
                {name: values.coerced[name] for name in self._conditions if name in values.coerced},
            )
            found = Variant(self.outline, kept).root()
            self._variants[key] = found
            while len(self._variants) > MOST_VARIANTS:
                self._variants.popitem(last=False)
        return found


class Variant:
    """An operation with its `@skip` and `@include` decided. `alone` says whether it selects one
    field at its root, so that nothing runs beside that."""

    __slots__ = ("alone", "outline", "values")

    def __init__(self, outline: Outline, values: VariableValues) -> None:
        self.outline = outline
        self.values = values
        self.alone = False

    def root(self) -> SelectionPlan:
        """What is selected at the root. Raises GraphQLError."""
        outline = self.outline
        assert outline.root_type is not None
        collected = collect_fields(
            outline.schema,
            outline.fragments,
            self.values,
            outline.root_type,
            outline.operation,
            outline.hide_suggestions,
        )
        root = SelectionPlan(self, outline.root_type, collected.grouped_field_set)
        self.alone = len(root.fields) == 1
        return root

    def below(self, type_: GraphQLObjectType, details: FieldDetailsList) -> SelectionPlan:
        """What the fields select from an object of that type. Raises GraphQLError."""
        outline = self.outline
        collected = collect_subfields(
            outline.schema,
            outline.fragments,
            self.values,
            outline.operation,
            type_,
            details,
            outline.hide_suggestions,
        )
        return SelectionPlan(self, type_, collected.grouped_field_set)


class SelectionPlan:
    """What is selected from objects of one type at one place of the operation; `texts` are the
    places of its fields that are texts, of any length."""

    __slots__ = ("build", "fields", "texts", "type")

    def __init__(
        self, variant: Variant, type_: GraphQLObjectType, grouped: GroupedFieldSet
    ) -> None:
        self.type = type_
        self.fields: list[FieldPlan] = []
        schema = variant.outline.schema
        for key, details in grouped.items():
            definition = schema.get_field(type_, details[0].node.name.value)
            # An unknown field is left out; only a document that was not validated has one.
            if definition is not None:
                self.fields.append(
                    FieldPlan(variant, type_, key, details, definition, len(self.fields))
                )
        self.build: Build = row_builder(tuple(field.key for field in self.fields))
        self.texts = tuple(field.index for field in self.fields if field.shape.is_text)
        variant.outline.compiled += len(self.fields)


class FieldPlan:
    """One response key of a selection: how its column is resolved, completed and described."""

    __slots__ = (
        "_arguments",
        "_children",
        "_fixed_arguments",
        "_varies",
        "definition",
        "details",
        "index",
        "key",
        "memo",
        "name",
        "nodes",
        "parent_type",
        "plain",
        "resolve",
        "shape",
        "variant",
    )

    def __init__(
        self,
        variant: Variant,
        parent_type: GraphQLObjectType,
        key: str,
        details: FieldDetailsList,
        definition: GraphQLField,
        index: int,
    ) -> None:
        self.variant = variant
        self.parent_type = parent_type
        self.key = key
        self.details = details
        self.definition = definition
        self.index = index
        self.nodes: list[FieldNode] = [one.node for one in details]
        self.name = self.nodes[0].name.value
        self.shape = shape_of(definition.type)
        # Classes of which a whole column of the field is complete as it is; None for lists.
        self.plain = self.shape.plain if self.shape.plain and not self.shape.depth else None
        # For those who resolve the field: what they worked out from the plan alone.
        self.memo: dict[Any, Any] = {}
        self.resolve: Callable[..., Any] = resolving.way_of(self)
        self._children: dict[GraphQLObjectType, SelectionPlan] = {}
        given = self.nodes[0].arguments or ()
        self._arguments = bool(definition.args or given)
        self._varies = any(isinstance(part, VariableNode) for part in _nodes(given))
        self._fixed_arguments: dict[str, Any] | None = None

    def below(self, type_: GraphQLObjectType) -> SelectionPlan:
        """What is selected from the field's objects of that type. Raises GraphQLError."""
        found = self._children.get(type_)
        if found is None:
            found = self._children[type_] = self.variant.below(type_, self.details)
        return found

    @property
    def arguments_are_fixed(self) -> bool:
        """Whether `arguments` has been found to be the same, and one object, for every request."""
        return self._fixed_arguments is not None

    def arguments(self, values: VariableValues) -> dict[str, Any]:
        """The coerced arguments. Raises GraphQLError for what cannot be coerced."""
        if not self._arguments:
            return {}
        if self._fixed_arguments is not None:
            return self._fixed_arguments
        node = self.nodes[0]
        coerced = get_argument_values(
            self.definition, node, values, None, self.variant.outline.hide_suggestions
        )
        if not self._varies:
            self._fixed_arguments = coerced
        return coerced


def places_of(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Counter[str]:
    """At how many places each field stands, by name, where a fragment stands at all its spreads.

    Whatever is at more than one place may count as being at two.
    """
    spreads: Counter[str] = Counter()
    waiting: list[tuple[Node, int]] = [(operation, 1)]
    # Without recursion: fragments can stand in fragments without end.
    while waiting:
        root, times = waiting.pop()
        for node in _nodes((root,)):
            if isinstance(node, FragmentSpreadNode):
                name = node.name.value
                before = spreads[name]
                # Two is as good as more: so a fragment is walked twice at most, cycles or not.
                spreads[name] = min(before + times, 2)
                if name in fragments and spreads[name] > before:
                    waiting.append((fragments[name], spreads[name]))
    places = Counter(_field_names(operation))
    for name, times in spreads.items():
        if name in fragments:
            for field in _field_names(fragments[name]):
                places[field] += times
    return places


def _field_names(root: Node) -> Iterator[str]:
    return (node.name.value for node in _nodes((root,)) if isinstance(node, FieldNode))


def _unsupported(
    operation: OperationDefinitionNode, fragments: list[FragmentDefinitionNode]
) -> str | None:
    """Why the operation is left to graphql-core, or None."""
    if any(fragment.variable_definitions for fragment in fragments):
        return "fragment arguments"
    for node in _nodes((operation, *fragments)):
        for directive in getattr(node, "directives", None) or ():
            if directive.name.value in ("defer", "stream"):
                return "incremental delivery"
    return None


def _conditions(
    operation: OperationDefinitionNode, fragments: list[FragmentDefinitionNode]
) -> set[str]:
    """The variables that decide what is selected."""
    return {
        argument.value.name.value
        for node in _nodes((operation, *fragments))
        for directive in getattr(node, "directives", None) or ()
        if directive.name.value in ("skip", "include")
        for argument in directive.arguments or ()
        if isinstance(argument.value, VariableNode)
    }


def _nodes(nodes: Any) -> Iterator[Node]:
    """Every node below and including these, without recursion: documents can be deep."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        # By the table: a node's own `keys` are worked out anew each time that they are asked for.
        for name in QUERY_DOCUMENT_KEYS.get(node.kind, ()):
            value = getattr(node, name, None)
            if isinstance(value, Node):
                waiting.append(value)
            elif isinstance(value, list | tuple):
                waiting.extend(part for part in value if isinstance(part, Node))


def plan_of(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDetails],
    *,
    hide_suggestions: bool = False,
) -> OperationPlan:
    """The plan, from among the latest that were asked for by the same nodes."""
    key = (id(schema), id(operation), hide_suggestions)
    found = _recent.get(key)
    # A plan holds its schema and its nodes, so their ids are not used again while it is kept.
    if found is not None and found.outline.fragments == fragments:
        _recent.move_to_end(key)
        return found
    made = OperationPlan(schema, operation, fragments, hide_suggestions=hide_suggestions)
    _recent[key] = made
    while len(_recent) > MOST_PLANS:
        _recent.popitem(last=False)
    return made


MOST_PLANS = 256
_recent: OrderedDict[tuple[int, int, bool], OperationPlan] = OrderedDict()

__all__ = ["FieldPlan", "GraphQLError", "OperationPlan", "SelectionPlan", "Variant", "plan_of"]
