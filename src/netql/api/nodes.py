"""Which type of node is read by which loader: the one way from a key to an object.

Types register themselves here, so that modules which name each other's types need not import
each other, and `node` reaches exactly what the rest of the graph reaches.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from netql import ids
from netql.api.context import Context


@dataclass(frozen=True, slots=True)
class NodeType:
    """How nodes of a type are read for a viewer, and made of what was read."""

    load: Callable[[Context, UUID], Awaitable[Any]]
    wrap: Callable[[Any], Any]


NODE_TYPES: dict[str, NodeType] = {}


def register(name: str, load: Callable[[Context, UUID], Awaitable[Any]], wrap: Any) -> None:
    """Make a type known by its name in the graph."""
    NODE_TYPES[name] = NodeType(load, wrap)


async def node_of(context: Context, name: str, key: UUID) -> Any:
    """The node of that type and key, or None if it is absent for the viewer."""
    node_type = NODE_TYPES[name]
    read = await node_type.load(context, key)
    return None if read is None else node_type.wrap(read)


async def node_by_id(context: Context, global_id: str) -> Any:
    """The node behind a global id; None for everything that is not one for this viewer."""
    decoded = ids.decode(global_id)
    if decoded is None or decoded[0] not in NODE_TYPES:
        return None
    return await node_of(context, *decoded)
