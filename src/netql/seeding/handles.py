"""Handles out of names, each given once."""

from __future__ import annotations

from netql.seeding.dice import Dice

_LONGEST = 24


class Handles:
    """Gives out handles. Each has a sign or a digit in it, so none is a bare first name."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def take(self, dice: Dice, given: str, family: str) -> str:
        """A handle that nobody has yet: the name itself for the first of that name."""
        sign = dice.pick("..-_")
        first = given[0] if dice.chance(0.2) else given
        base = f"{first}{sign}{family}"[:_LONGEST].rstrip("._-")
        # Names have no digits, so a number behind one name cannot make another name.
        count = self._taken[base] = self._taken.get(base, 0) + 1
        return base if count == 1 else f"{base}{count}"
