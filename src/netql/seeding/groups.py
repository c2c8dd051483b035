"""Where each member works, lives and what they do: what makes some of them know each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netql.seeding.dice import Dice
from netql.seeding.places import CITIES, City
from netql.seeding.work import COMPANIES, TRADES, Trade

_MEMBERS_PER_COMPANY = 30


@dataclass(frozen=True, slots=True)
class Groups:
    """One member's groups, as places in the lists of companies and cities."""

    company_at: int
    city_at: int

    @property
    def company(self) -> str:
        return COMPANIES[self.company_at]

    @property
    def city(self) -> City:
        return CITIES[self.city_at]

    @property
    def trade(self) -> Trade:
        """That of the company: colleagues share it."""
        return TRADES[self.company_at % len(TRADES)]


def groups(seed: int, size: int) -> Iterator[Groups]:
    """The groups of each member in turn. A few companies and cities have most of the people."""
    dice = Dice(f"{seed}/groups")
    companies = min(max(size // _MEMBERS_PER_COMPANY, 5), len(COMPANIES))
    for _ in range(size):
        yield Groups(dice.favour_first(companies), dice.favour_first(len(CITIES)))
