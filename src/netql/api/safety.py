"""Blocks in the graph: their maker's alone."""

from __future__ import annotations

from datetime import datetime

import strawberry

from netql import ids
from netql.api.fields import shown
from netql.api.nodes import register
from netql.api.relay import Node
from netql.safety.queries import BlockView


@strawberry.type(
    description="A block that the viewer made, with the name and handle as they were then."
)
class Block(Node):
    view: strawberry.Private[BlockView]

    @shown(description="Opaque and stable; do not take it apart.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(ids.encode("Block", self.view.id))

    @shown(description="The blocked member's handle when the block was made.")
    def handle(self) -> str:
        return self.view.handle

    @shown(description="The blocked member's name when the block was made.")
    def name(self) -> str:
        return self.view.name

    @shown(description="When it was made.")
    def blocked_at(self) -> datetime:
        return self.view.blocked_at


register(
    "Block",
    lambda context: context.loaders.block,
    lambda view: Block(view=view),
)
