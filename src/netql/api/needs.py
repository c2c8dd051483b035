"""From the fields that an operation names to what it needs of members."""

from __future__ import annotations

from functools import lru_cache

from netql.members.columns import Need, need_of
from netql.privacy.fields import ProfileField


def _in_the_graph(column: str) -> str:
    head, *rest = column.split("_")
    return head + "".join(word.title() for word in rest)


_FIELDS = {_in_the_graph(field.value): field for field in ProfileField}


@lru_cache(maxsize=256)
def need_of_names(names: frozenset[str]) -> Need:
    """What fields of these names may read, whichever type they stand on."""
    fields = [field for name, field in _FIELDS.items() if name in names]
    return need_of(fields, degree="degree" in names)
