"""What every resolver is given: who asks, and batches that live as long as one operation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graphql import ExecutionResult, GraphQLError
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types import Info as StrawberryInfo

from netql.accounts.actions import Accounts
from netql.api.budgets import Budgets
from netql.api.crowds import EventLoaders
from netql.api.deadline import Deadline
from netql.api.limits import TooLarge
from netql.api.loaders import Loaders
from netql.api.needs import need_of_names
from netql.connections.actions import limits_of
from netql.errors import Unauthenticated
from netql.execution import BreadthFirst, OperationPlan
from netql.members.columns import EVERYTHING, Need
from netql.settings import Settings
from netql.viewer import GUEST, Viewer


@dataclass(frozen=True, slots=True)
class Services:
    """What one process shares between all its requests."""

    settings: Settings
    accounts: Accounts
    # None where nothing is counted.
    budgets: Budgets | None = None


@dataclass(slots=True)
class Context:
    """One operation's viewer and loaders. Loaders keep decisions, so they must not outlive the
    operation, the mutation field, or the event that they were made for."""

    services: Services
    viewer: Viewer = GUEST
    request_id: str = ""
    # Where the request comes from; empty if that is not known.
    address: str = ""
    # What the operation costs, once that is known.
    cost: int = 0
    # The fields that the operation names anywhere, and what it reads of members: all there are,
    # until it is known.
    names: frozenset[str] | None = None
    need: Need = EVERYTHING
    # Where objects of one level meet if graphql-core runs the operation (see `batched`).
    batches: dict[Any, Any] = field(default_factory=dict)
    # Whether it is for an event of a subscription: then many are at work for the same reason.
    of_event: bool = False
    _loaders: Loaders | None = None

    @property
    def loaders(self) -> Loaders:
        """Made when they are first wanted."""
        if self._loaders is None:
            limits = limits_of(self.services.settings)
            kind = EventLoaders if self.of_event else Loaders
            self._loaders = kind(self.viewer, limits, self.need)
        return self._loaders

    def renew(self) -> None:
        """Forget everything read so far: something was just changed."""
        self.batches.clear()
        self._loaders = None

    def begin(self, names: frozenset[str]) -> None:
        """Know which fields the operation names."""
        self.names = names
        self.need = need_of_names(names)
        self._loaders = None

    def asks(self, name: str) -> bool:
        """Whether the operation names such a field, somewhere."""
        return self.names is None or name in self.names

    def fresh(self) -> Context:
        """The same viewer, with nothing remembered."""
        return Context(self.services, self.viewer, self.request_id, self.address)

    async def spend(self, points: int) -> None:
        """Take points out of the caller's budget. Raises RateLimited."""
        budgets = self.services.budgets
        if budgets is not None and not budgets.spent(self.viewer, self.address, points):
            await budgets.spend(self.viewer, self.address, points)

    def for_event(self) -> Context:
        """`fresh`, for an event of a subscription."""
        context = self.fresh()
        context.of_event = True
        return context

    def member(self) -> Viewer:
        """The viewer, who must be signed in. Raises Unauthenticated."""
        if self.viewer.is_guest:
            raise Unauthenticated
        return self.viewer


Info = StrawberryInfo[Context, None]


class FreshPerEvent(BreadthFirst, StrawberryGraphQLCoreExecutionContext):
    """Runs operations breadth first, by the plan that it is given; gives each event of a
    subscription a context of its own."""

    operation_plan: OperationPlan | None = None
    # How long the operation may take, or each event of a subscription; None for any time.
    deadline: Deadline | None = None

    def plan(self) -> OperationPlan:
        return self.operation_plan or super().plan()

    def execute_operation(self, serially: bool | None = None) -> Any:
        """As `BreadthFirst`, once the context knows what the operation reads."""
        self.context_value.begin(self.plan().names)
        result = super().execute_operation(serially)
        if self.deadline is None or isinstance(result, ExecutionResult):
            return result
        return self.deadline.keep(result)

    def overfull(self, letters: int) -> ExecutionResult:
        """That the answer is too large: known before its JSON is made, for a letter is a byte at
        least."""
        refusal = TooLarge(self.most_letters or 0, letters)
        return ExecutionResult(None, [GraphQLError(refusal.message, original_error=refusal)])

    def build_per_event_executor(self, payload: Any) -> Any:
        executor = super().build_per_event_executor(payload)
        executor.context_value = self.context_value.for_event()
        return executor
