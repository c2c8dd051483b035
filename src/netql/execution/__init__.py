"""A breadth-first executor for GraphQL: each selected field once per level, for all its objects.

Knows GraphQL, graphql-core and what Strawberry's fields declare; nothing of this project.
"""

from netql.execution.executor import BreadthFirst, BreadthFirstExecutor, left_to_graphql_core
from netql.execution.level import Level
from netql.execution.plan import OperationPlan

__all__ = [
    "BreadthFirst",
    "BreadthFirstExecutor",
    "Level",
    "OperationPlan",
    "left_to_graphql_core",
]
