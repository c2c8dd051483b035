"""From columns to rows: the objects of a level, made of their fields' columns at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

Build = Callable[[list[list[Any]], int], list[Any]]

# Beyond this a generated function gains nothing and takes long to generate.
_MOST_GENERATED = 64
# Builders are kept for keys of so many characters all together: clients may choose long ones, and
# what is kept here is weighed by nobody.
_MOST_CHARACTERS = 512


def row_builder(keys: tuple[str, ...]) -> Build:
    """A function that makes `count` dictionaries with these keys, in this order, of columns.

    The keys are response names, which the parser has let through: letters, digits, underscores.
    """
    if not keys:
        return lambda _, count: [{} for _ in range(count)]
    if len(keys) > _MOST_GENERATED:
        return lambda columns, _: [
            dict(zip(keys, row, strict=True)) for row in zip(*columns, strict=True)
        ]
    if sum(map(len, keys)) > _MOST_CHARACTERS:
        return _generated(keys)
    return _kept(keys)


def _generated(keys: tuple[str, ...]) -> Build:
    values = [f"v{index}" for index in range(len(keys))]
    pairs = ", ".join(f"{key!r}: {value}" for key, value in zip(keys, values, strict=True))
    source = f"lambda columns, count: [{{{pairs}}} for {', '.join(values)}, in zip(*columns)]"
    build: Build = eval(source, {"zip": zip})
    return build


# The same selections come again and again in texts that are new: a client's fragments.
_kept = lru_cache(maxsize=1024)(_generated)
