"""One execution of a plan: each selected field once per level, for all its objects at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine, Iterable
from time import perf_counter
from types import CoroutineType, NoneType
from typing import TYPE_CHECKING, Any

from graphql import ExecutionResult, GraphQLResolveInfo
from graphql.pyutils import Path, is_awaitable
from strawberry.execution import optimized_is_awaitable

from netql.execution import blocking, completing
from netql.execution.blocking import Judged
from netql.execution.failures import NULLED, Failures
from netql.execution.places import Frame, Spot
from netql.execution.plan import FieldPlan, SelectionPlan
from netql.execution.together import gathered

if TYPE_CHECKING:
    from netql.execution.executor import BreadthFirst

Rows = list[Any]
MaybeRows = Rows | Awaitable[Rows]

# So many texts of an answer are not looked at: most answers hold no more.
FEW_TEXTS = 256
# Classes whose instances are surely no awaitables: most columns hold nothing else.
_SETTLED: frozenset[type] = frozenset((NoneType, str, int, float, bool, bytes, dict, list, tuple))


class Run:
    """What one execution carries through its levels.

    Everything about the request comes from graphql-core's own executor, which has coerced the
    variables; `failures` collects what goes wrong. `letters` is how many the texts of the answer
    have, the first few not counted.
    """

    __slots__ = (
        "_asks",
        "_most_letters",
        "_texts",
        "context",
        "executor",
        "failures",
        "field_resolver",
        "is_awaitable",
        "letters",
        "middleware",
        "variable_values",
        "wraps",
    )

    def __init__(self, executor: BreadthFirst) -> None:
        self.executor = executor
        self.context = executor.context_value
        self.variable_values = executor.variable_values
        self.field_resolver = executor.field_resolver
        self.is_awaitable = executor.is_awaitable
        middleware = executor.middleware_manager
        self.middleware = middleware if middleware and middleware.middlewares else None
        self.wraps = self.middleware is not None
        self.failures = Failures(propagating=executor.error_propagation)
        self.letters = 0
        self._texts = 0
        self._most_letters = executor.most_letters
        # A predicate of the caller's own is asked about each value; for graphql-core's and
        # Strawberry's a value's class is enough.
        self._asks = self.is_awaitable not in (is_awaitable, optimized_is_awaitable)

    def execute(
        self, root: SelectionPlan, *, serially: bool
    ) -> ExecutionResult | Awaitable[ExecutionResult]:
        """Run the operation: its result, or an awaitable of it if anything had to be awaited."""
        frame = Frame(root, [self.executor.root_value])
        rows = self.serially(frame) if serially else self.level(frame)
        if isinstance(rows, list):
            return self._result(rows)
        return self._result_later(rows)

    def _result(self, rows: Rows) -> ExecutionResult:
        if self._most_letters is not None and self.letters > self._most_letters:
            return self.executor.overfull(self.letters)
        data = None if rows[0] is NULLED else rows[0]
        return ExecutionResult(data, self.failures.told() or None)

    async def _result_later(self, rows: Awaitable[Rows]) -> ExecutionResult:
        return self._result(await rows)

    def level(self, frame: Frame) -> MaybeRows:
        """The rows of a frame's objects; NULLED for one that an error of its fields takes away."""
        columns: list[Any] = []
        waiting: list[int] = []
        try:
            for field in frame.plan.fields:
                column = self._column(frame, field)
                if not isinstance(column, list):
                    waiting.append(len(columns))
                columns.append(column)
        except BaseException:
            _close([columns[index] for index in waiting])
            raise
        count = len(frame.sources)
        if not waiting:
            return self._rows(frame.plan, columns, count)
        if self.failures and any(
            self._dooms(column) for column in columns if isinstance(column, list)
        ):
            # Whatever is under way is for objects that are gone.
            self.executor.settle_in_background([columns[index] for index in waiting])
            return [NULLED] * count
        return self._level_later(frame, columns, waiting)

    async def _level_later(self, frame: Frame, columns: list[Any], waiting: list[int]) -> Rows:
        count = len(frame.sources)
        if len(waiting) == 1:
            columns[waiting[0]] = await columns[waiting[0]]
        else:
            try:
                done = await gathered([self._needed(columns[index]) for index in waiting])
            except Doomed:
                return [NULLED] * count
            for index, column in zip(waiting, done, strict=True):
                columns[index] = column
        return self._rows(frame.plan, columns, count)

    async def _needed(self, waiting: Awaitable[Rows]) -> Rows:
        """A column; raises Doomed if it takes every object away, so that nobody waits for more."""
        column = await waiting
        if self.failures and self._dooms(column):
            raise Doomed
        return column

    @staticmethod
    def _dooms(column: Rows) -> bool:
        return all(value is NULLED for value in column)

    def serially(self, frame: Frame) -> MaybeRows:
        """As `level`, one field after the other, none begun before the last is complete.

        A field whose error takes the root away is the last.
        """
        fields = iter(frame.plan.fields)
        columns: list[Rows] = []
        for field in fields:
            column = self._column(frame, field)
            if not isinstance(column, list):
                return self._serially_later(frame, columns, column, list(fields))
            if column[0] is NULLED:
                return [NULLED]
            columns.append(column)
        return self._rows(frame.plan, columns, 1)

    async def _serially_later(
        self,
        frame: Frame,
        columns: list[Rows],
        first: Awaitable[Rows],
        others: list[FieldPlan],
    ) -> Rows:
        column = await first
        columns.append(column)
        for field in others:
            if column[0] is NULLED:
                break
            found = self._column(frame, field)
            column = found if isinstance(found, list) else await found
            columns.append(column)
        return [NULLED] if column[0] is NULLED else self._rows(frame.plan, columns, 1)

    def _column(self, frame: Frame, field: FieldPlan) -> MaybeRows:
        """A field's completed column."""
        began = perf_counter()
        resolved = field.resolve(self, frame, field)
        if perf_counter() - began > blocking.PATIENCE:
            blocking.judge(field, began)
        plain = field.plain
        if (
            plain is not None
            and type(resolved) is list
            and len(resolved) == len(frame.sources)
            and plain.issuperset(map(type, resolved))
        ):
            return resolved
        spot = Spot(frame, field)
        if type(resolved) is list and len(resolved) == len(frame.sources):
            return completing.complete(self, spot, resolved)
        if not isinstance(resolved, list) and is_awaitable(resolved):
            return self._column_later(spot, resolved)
        return completing.complete(self, spot, self._checked(spot, resolved))

    async def _column_later(self, spot: Spot, resolved: Awaitable[Any]) -> Rows:
        try:
            column = await Judged(spot.field, resolved)
        except Exception as error:
            column = [error] * len(spot.frame.sources)
        done = completing.complete(self, spot, self._checked(spot, column))
        return done if isinstance(done, list) else await done

    def _checked(self, spot: Spot, column: Any) -> list[Any]:
        count = len(spot.frame.sources)
        if hasattr(column, "__aiter__"):
            if hasattr(column, "aclose"):
                said = "is an async generator, which gives no column"
            else:
                said = "is an async iterable, which gives no column"
        elif not isinstance(column, list):
            said = f"gave {type(column).__name__} where a list of {count} values was due"
        elif len(column) != count:
            said = f"gave {len(column)} values for {count} objects"
        else:
            return column
        field = spot.field
        error = TypeError(f"The batch of {field.parent_type.name}.{field.name} {said}.")
        return [error] * count

    def _rows(self, plan: SelectionPlan, columns: list[Rows], count: int) -> Rows:
        rows = plan.build(columns, count)
        if plan.texts:
            self._texts += count * len(plan.texts)
            if self._texts > FEW_TEXTS:
                self._count(columns[index] for index in plan.texts)
        if self.failures:
            for column in columns:
                for index, value in enumerate(column):
                    if value is NULLED:
                        rows[index] = NULLED
        return rows

    def _count(self, columns: Iterable[Rows]) -> None:
        for column in columns:
            if self.failures:
                column = [text for text in column if text is not NULLED]
            self.letters += sum(map(len, filter(None, column)))

    def info(self, field: FieldPlan, path: Path) -> GraphQLResolveInfo[Any]:
        """What graphql-core tells a resolver."""
        info: GraphQLResolveInfo[Any] = self.executor.build_resolve_info(
            field.definition, field.nodes, field.parent_type, path
        )
        return info

    def awaitables(self, values: list[Any], classes: set[type]) -> list[int]:
        """The places of a column that hold awaitables."""
        if self._asks:
            return [index for index, value in enumerate(values) if self.is_awaitable(value)]
        if classes <= _SETTLED or not any(
            class_ is CoroutineType or hasattr(class_, "__await__") for class_ in classes
        ):
            return []
        return [index for index, value in enumerate(values) if self.is_awaitable(value)]


class Doomed(Exception):
    """Every object of a level was taken away by an error."""


def _close(waiting: list[Any]) -> None:
    for one in waiting:
        if isinstance(one, Coroutine):
            one.close()
