"""What a case comes to: what was wrong, and the figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

# How many of the wrongs of one kind are told.
TOLD = 10


@dataclass
class Verdict:
    """`wrong` is empty if the case holds. Figures are printed in the order they were given."""

    wrong: list[str] = field(default_factory=list)
    figures: dict[str, object] = field(default_factory=dict)

    def expect(self, holds: bool, otherwise: str) -> None:
        """Note what is wrong unless it holds."""
        if not holds:
            self.wrong.append(otherwise)

    def add(self, other: Verdict) -> None:
        self.wrong += other.wrong
        self.figures |= other.figures

    def line(self, name: str) -> str:
        """`NAME: holds FIGURE=VALUE ...`, in one line."""
        told = " ".join(f"{key}={_short(value)}" for key, value in self.figures.items())
        return f"{name}: {'FAILS' if self.wrong else 'holds'} {told}".rstrip()


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of them do not pass; NaN where there are none."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _short(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
