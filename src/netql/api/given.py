"""How many values the variables of a request hold, lists and inputs looked into.

A text's own are bounded by its tokens; a body of variables alone holds a hundred thousand, and to
coerce them keeps everybody waiting for a fifth of a second before anything is counted.
"""

from __future__ import annotations

from typing import Any

# The largest input of ours, a page of a hundred ids, is a tenth of that.
MOST_VALUES = 1000


def has_more_values(variables: dict[str, Any], most: int) -> bool:
    """Whether they hold more values than that. Takes no more steps than that many, either."""
    left = most
    holders: list[dict[str, Any] | list[Any]] = [variables]
    while holders:
        one = holders.pop()
        left -= len(one)
        if left < 0:
            return True
        values = one.values() if isinstance(one, dict) else one
        holders += [value for value in values if isinstance(value, dict | list)]
    return False
