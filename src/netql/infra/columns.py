"""Column types that behave alike on both databases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tortoise.fields import DatetimeField


class UtcField(DatetimeField[datetime]):
    """A moment in UTC. The engines encode it; Tortoise's own text would keep any offset."""

    def to_db_value(self, value: Any, instance: Any) -> Any:
        self.validate(value)
        return value
