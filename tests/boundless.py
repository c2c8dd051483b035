"""Limits that no test comes near: for questions that are made to ask for everything at once."""

from __future__ import annotations

from typing import Any

from netql.api.limits import limits_from
from netql.settings import Settings

BOUNDLESS: dict[str, Any] = {
    "limit_tokens": 100_000,
    "limit_depth": 1000,
    "limit_aliases": 10_000,
    "limit_directives": 10_000,
    "limit_root_fields": 1000,
    "limit_cost": 10**9,
}
BOUNDLESS_LIMITS = limits_from(Settings(**BOUNDLESS))
