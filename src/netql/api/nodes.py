"""Which type of node is read by which loader: the one way from a key to an object.

Types register themselves here, so that modules which name each other's types need not import
each other, and `node` reaches exactly what the rest of the graph reaches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from netql import ids
from netql.api.context import Context
from netql.api.loaders import Batch


@dataclass(frozen=True, slots=True)
class NodeType:
    """How nodes of a type are read for a viewer, and made of what was read."""

    loader: Callable[[Context], Batch[UUID, Any]]
    wrap: Callable[[Any], Any]


NODE_TYPES: dict[str, NodeType] = {}


def register(name: str, loader: Callable[[Context], Batch[UUID, Any]], wrap: Any) -> None:
    """Make a type known by its name in the graph."""
    NODE_TYPES[name] = NodeType(loader, wrap)


async def node_of(context: Context, name: str, key: UUID) -> Any:
    """The node of that type and key, or None if it is absent for the viewer."""
    node_type = NODE_TYPES[name]
    read = await node_type.loader(context).load(key)
    return None if read is None else node_type.wrap(read)


async def nodes_of(context: Context, name: str, keys: Sequence[UUID]) -> list[Any]:
    """The nodes of one type, in order, None for those that are absent for the viewer."""
    node_type = NODE_TYPES[name]
    read = await node_type.loader(context).load_all(keys)
    return [None if one is None else node_type.wrap(one) for one in read]


async def members_asked(context: Context, **keys: UUID) -> dict[str, Any]:
    """Members for fields of a payload, by the fields' names; only for those that are asked for."""
    wanted = {name: key for name, key in keys.items() if context.asks(name)}
    found = await nodes_of(context, "Member", list(wanted.values()))
    return dict(zip(wanted, found, strict=True))


async def node_by_id(context: Context, global_id: str) -> Any:
    """The node behind a global id; None for everything that is not one for this viewer."""
    decoded = ids.decode(global_id)
    if decoded is None or decoded[0] not in NODE_TYPES:
        return None
    return await node_of(context, *decoded)
