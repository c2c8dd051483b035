"""A breadth-first executor for GraphQL: each selected field once per level, for all its objects.

Knows GraphQL, graphql-core and what Strawberry's fields declare; nothing of this project.
"""

from netql.execution.executor import BreadthFirst, BreadthFirstExecutor, left_to_graphql_core
from netql.execution.level import Level

__all__ = ["BreadthFirst", "BreadthFirstExecutor", "Level", "left_to_graphql_core"]
