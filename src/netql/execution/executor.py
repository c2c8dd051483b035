"""graphql-core's executor with its walk replaced: the class to execute a schema with.

`graphql.execute(..., executor_class=BreadthFirstExecutor)`, or Strawberry's
`execution_context_class`. Building the executor, coercing variables and mapping the events of a
subscription stay graphql-core's; running an operation is ours. What we do not run goes whole to
graphql-core, and `left_to_graphql_core` counts it by reason.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from graphql import ExecutionResult, GraphQLError
from graphql.execution import Executor
from graphql.execution.executor import SELECTIONS_NESTED_TOO_DEEPLY
from graphql.execution.incremental import IncrementalExecutor

from netql.execution.plan import OperationPlan, plan_of
from netql.execution.run import Run

# How often an operation was not run breadth first, by reason.
left_to_graphql_core: Counter[str] = Counter()


class BreadthFirst(Executor[Any]):
    """Runs operations by their plans. To be mixed into an executor of graphql-core's, which runs
    what has no plan.

    With `most_letters`, an answer whose texts have more is not given but told of by `overfull`: a
    text is held once however often it stands in an answer, but written out each time.
    """

    most_letters: int | None = None

    def overfull(self, letters: int) -> ExecutionResult:
        """What is answered instead of texts that have so many letters."""
        return ExecutionResult(None, [GraphQLError(f"The answer has {letters} letters or more.")])

    def execute_operation(self, serially: bool | None = None) -> Any:
        """The result of the operation, or an awaitable of it.

        As graphql-core's; `serially` is for mutations unless it is said.
        """
        plan = self.plan()
        reason = plan.unsupported
        if self.abort_signal is not None:
            reason = "abort signal"
        elif self.hooks is not None:
            reason = "execution hooks"
        if reason is not None or plan.outline.root_type is None:
            left_to_graphql_core[reason or "no root type"] += 1
            return super().execute_operation(serially)
        return self.run_plan(plan, serially)

    def plan(self) -> OperationPlan:
        """The plan of this operation."""
        return plan_of(
            self.schema,
            self.operation,
            self.fragments,
            hide_suggestions=self.hide_suggestions,
        )

    def run_plan(self, plan: OperationPlan, serially: bool | None = None) -> Any:
        """Run the operation by its plan."""
        try:
            root = plan.root(self.variable_values)
            return Run(self).execute(root, serially=plan.serial if serially is None else serially)
        except GraphQLError as error:
            return ExecutionResult(None, [error])
        except RecursionError:
            pass
        # Outside of the block above, so that the frames of the recursion are let go.
        return ExecutionResult(None, [GraphQLError(SELECTIONS_NESTED_TOO_DEEPLY, self.operation)])


class BreadthFirstExecutor(BreadthFirst, IncrementalExecutor):
    """Breadth first; incremental delivery goes to graphql-core's incremental executor."""
