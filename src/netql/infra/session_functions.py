"""Functions that a session of PostgreSQL is given, for several statements in one journey."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from netql.infra.sql import for_postgres

# What a function returns in a session whose statements do not read anew: it would look at what was
# there before the lock.
UNFIT = -1

# Called where it is left open what was done, with the work after which it is settled. None where
# the connection is gone: then nobody can say when.
Lost = Callable[[asyncio.Task[None] | None], None]

_PARAMETER = re.compile(r"\$(\d+)")


@dataclass(frozen=True, slots=True)
class Function:
    """How a function is called, and what it is made of: whether it may write, and what it writes,
    one after the other.

    Its values are an advisory lock's key, those of `condition`, and those of each of `writings`. It
    returns what the last one returns, or NULL.
    """

    name: str
    call: str
    condition: str
    writings: tuple[str, ...]

    def making(self, asked: Sequence[str], written: Sequence[Sequence[str]]) -> str:
        """The statement that makes it, from the types of the values of each text."""
        types = ["bigint", *asked]
        steps = []
        for writing, its in zip(self.writings, written, strict=True):
            steps.append(moved(writing, len(types)))
            types += its
        return f"""CREATE OR REPLACE FUNCTION pg_temp.{self.name}({", ".join(types)})
RETURNS bigint LANGUAGE plpgsql AS $netql$
#variable_conflict use_column
DECLARE result bigint;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RETURN {UNFIT};
  END IF;
  PERFORM pg_advisory_xact_lock($1);
  IF EXISTS ({moved(self.condition, 1)}) THEN
    {"; ".join(steps)} INTO result;
  END IF;
  RETURN result;
END $netql$"""


@lru_cache(maxsize=64)
def writing_if(condition: str, writings: tuple[str, ...]) -> Function:
    """The function of these texts. Its name stands for them, so that another version's is another
    function."""
    condition, writings = for_postgres(condition), tuple(map(for_postgres, writings))
    texts = "; ".join((condition, *writings)).encode()
    name = "netql_" + hashlib.blake2b(texts, digest_size=16).hexdigest()
    count = 1 + sum(map(_values, (condition, *writings)))
    values = ", ".join(f"${place}" for place in range(1, count + 1))
    return Function(name, f"SELECT pg_temp.{name}({values})", condition, writings)


def moved(text: str, places: int) -> str:
    """A statement whose values stand so many places later."""
    return _PARAMETER.sub(lambda one: f"${int(one[1]) + places}", text)


def _values(text: str) -> int:
    return max((int(number) for number in _PARAMETER.findall(text)), default=0)
