"""From the fields that an operation names to what it needs of members."""

from __future__ import annotations

from functools import lru_cache

from strawberry.utils.str_converters import to_camel_case

from netql.members.columns import Need
from netql.privacy.fields import ProfileField

_FIELDS = {to_camel_case(field.value): field for field in ProfileField}


@lru_cache(maxsize=256)
def need_of_names(names: frozenset[str]) -> Need:
    """What fields of these names may read, whichever type they stand on."""
    return Need(
        frozenset(field for name, field in _FIELDS.items() if name in names),
        handle="handle" in names,
        degree="degree" in names,
        hidden="hiddenFields" in names,
    )
