"""Where a value stands in the answer.

A column holds values of many parents, so where each stands is not kept: it can be told from how
the columns came about, and is, when something asks: an error, or a resolver that wants its path.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from graphql.pyutils import Path

if TYPE_CHECKING:
    from netql.execution.plan import FieldPlan, SelectionPlan

Order = tuple[int, ...]


class Frame:
    """The objects of one level that share a selection, and where they came from.

    `spot` is the column they were found in and `live` their places in it; None for all of it.
    """

    __slots__ = ("_orders", "_paths", "live", "plan", "sources", "spot")

    def __init__(
        self,
        plan: SelectionPlan,
        sources: list[Any],
        spot: Spot | None = None,
        live: Sequence[int] | None = None,
    ) -> None:
        self.plan = plan
        self.sources = sources
        self.spot = spot
        self.live = live
        self._paths: list[Path | None] | None = None
        self._orders: list[Order] | None = None

    def paths(self) -> list[Path | None]:
        """The path of each object; None for the root."""
        if self._paths is None:
            self._paths = [None] if self.spot is None else _picked(self.spot.paths(), self.live)
        return self._paths

    def orders(self) -> list[Order]:
        """What sorts the objects as a walk into the depth would meet them."""
        if self._orders is None:
            self._orders = [()] if self.spot is None else _picked(self.spot.orders(), self.live)
        return self._orders


class Spot:
    """A column: one field of a frame's objects, or the items of its lists.

    At depth 0 there is a place for each object of the frame. Deeper, the places are the items of
    the lists in `up`, the column around it: `live` are the places there that hold a list, None
    for all of them, and `lengths` how long each of these is.
    """

    __slots__ = ("_orders", "_owners", "_paths", "depth", "field", "frame", "lengths", "live", "up")

    def __init__(
        self,
        frame: Frame,
        field: FieldPlan,
        up: Spot | None = None,
        live: Sequence[int] | None = None,
        lengths: Sequence[int] = (),
    ) -> None:
        self.frame = frame
        self.field = field
        self.depth: int = 0 if up is None else up.depth + 1
        self.up = up
        self.live = live
        self.lengths = lengths
        self._paths: list[Path] | None = None
        self._orders: list[Order] | None = None
        self._owners: list[int] | None = None

    def inside(self, live: Sequence[int] | None, lengths: Sequence[int]) -> Spot:
        """The column of the items of this column's lists."""
        return Spot(self.frame, self.field, self, live, lengths)

    def paths(self) -> list[Path]:
        """The path of each place."""
        if self._paths is None:
            if self.up is None:
                key, type_name = self.field.key, self.field.parent_type.name
                self._paths = [Path(path, key, type_name) for path in self.frame.paths()]
            else:
                around = _picked(self.up.paths(), self.live)
                self._paths = [
                    Path(path, index, None)
                    for path, length in zip(around, self.lengths, strict=True)
                    for index in range(length)
                ]
        return self._paths

    def orders(self) -> list[Order]:
        """What sorts the places as a walk into the depth would meet them."""
        if self._orders is None:
            if self.up is None:
                self._orders = [(*order, self.field.index) for order in self.frame.orders()]
            else:
                around = _picked(self.up.orders(), self.live)
                self._orders = [
                    (*order, index)
                    for order, length in zip(around, self.lengths, strict=True)
                    for index in range(length)
                ]
        return self._orders

    def owners(self) -> list[int]:
        """For each place, the place of its list in `up`."""
        if self._owners is None:
            live: Iterable[int] = range(len(self.lengths)) if self.live is None else self.live
            self._owners = list(
                chain.from_iterable(map(repeat, live, self.lengths)),
            )
        return self._owners

    def nearest_nullable(self, place: int) -> Path | None:
        """The innermost place around this one, itself included, where null may stand.

        None: nowhere, so the whole answer is null.
        """
        spot, index = self, place
        while not spot.field.shape.nullable[spot.depth]:
            if spot.up is not None:
                spot, index = spot.up, spot.owners()[index]
                continue
            frame = spot.frame
            if frame.spot is None:
                return None
            spot, index = frame.spot, index if frame.live is None else frame.live[index]
        return spot.paths()[index]


def _picked(all_: Sequence[Any], live: Sequence[int] | None) -> Any:
    return all_ if live is None else [all_[index] for index in live]
