"""The objects that the plain shapes are made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Row:
    """Ten attributes, of the kinds that columns of a table have."""

    id: str
    name: str
    headline: str | None
    city: str
    email: str | None
    age: int
    score: float
    open: bool
    rank: int
    note: str | None


FIELDS = ("id", "name", "headline", "city", "email", "age", "score", "open", "rank", "note")


class Root:
    """What an operation over a list of rows starts from."""

    def __init__(self, items: list[Row]) -> None:
        self.items = items
        self.item = items[0]


def rows(count: int) -> Root:
    """So many rows, every third with gaps."""
    made = []
    for n in range(count):
        gap = n % 3 == 0
        headline, email, note = (None if gap else f"{what} {n}" for what in ("Head", "m@", "Note"))
        made.append(
            Row(str(n), f"N{n}", headline, "Bern", email, n % 90, n / 7, n % 2 == 0, n, note)
        )
    return Root(made)
