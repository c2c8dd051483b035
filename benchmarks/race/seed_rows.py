"""Made-up rows, as lines that COPY reads, in the order in which they are drawn."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import islice

import asyncpg
import numpy as np
from vocabulary import FIRST, GREETING, LAST, LEVELS, PLACES, ROLES, TAGS, WORDS

EPOCH_2015 = 1_420_070_400_000_000  # microseconds
TEN_YEARS = 315_000_000_000_000
COMMUNITY = 500
_AUDIENCES = np.array(["EVERYONE", "CONNECTIONS", "ONLY_ME"])
_MIX = {
    "about": (0.60, 0.30, 0.10),
    "email": (0.20, 0.60, 0.20),
    "phone": (0.10, 0.50, 0.40),
    "birthday": (0.15, 0.45, 0.40),
    "website": (0.70, 0.20, 0.10),
}
# A spread of numbers without a pattern that anybody sees.
_STEP = 2654435761
_AT_ONCE = 200_000


async def copy(con: asyncpg.Connection, table: str, rows: Iterable[str]) -> None:
    """Write the lines into the table, some at a time."""
    rows = iter(rows)
    while part := "".join(islice(rows, _AT_ONCE)):
        await con.copy_to_table(table, source=io.BytesIO(part.encode()))


def prose(rng: np.random.Generator, count: int, words: int) -> list[str]:
    """Sentences of that many words each."""
    picks = rng.integers(0, len(WORDS), size=(count, words))
    vocabulary = np.array(WORDS, dtype=object)
    return [" ".join(row).capitalize() + "." for row in vocabulary[picks]]


def _moments(microseconds: np.ndarray) -> np.ndarray:
    return np.datetime_as_string(microseconds.astype("datetime64[us]"))


def companies(count: int) -> Iterator[str]:
    """Companies 1 to count."""
    size = len(WORDS)
    for i in range(1, count + 1):
        name = f"{WORDS[i % size].capitalize()} {WORDS[i * 7 % size].capitalize()} {i}"
        yield f"{i}\t{name}\t{WORDS[i * 3 % size]}\n"


class People:
    """The drawn traits of members 1 to n."""

    def __init__(self, rng: np.random.Generator, n: int) -> None:
        self._n = n
        self._about = prose(rng, n, 42)
        self._level, self._role = rng.integers(0, len(LEVELS), n), rng.integers(0, len(ROLES), n)
        self._place = rng.integers(0, len(PLACES), n)
        self._first, self._last = rng.integers(0, len(FIRST), n), rng.integers(0, len(LAST), n)
        self.year = rng.integers(1955, 2005, n)
        self._month, self._day = rng.integers(1, 13, n), rng.integers(1, 29, n)
        self._joined = _moments(EPOCH_2015 + rng.integers(0, TEN_YEARS, n))
        self._audiences = [_AUDIENCES[rng.choice(3, n, p=share)] for share in _MIX.values()]

    def rows(self) -> Iterator[str]:
        for i in range(self._n):
            yield "\t".join(self._columns(i)) + "\n"

    def _columns(self, i: int) -> tuple[str, ...]:
        first, last = FIRST[self._first[i]], LAST[self._last[i]]
        handle = f"{first}.{last}.{i + 1}".lower()
        work = f"{LEVELS[self._level[i]]} {ROLES[self._role[i]]}"
        return (
            str(i + 1),
            handle,
            f"{first} {last}",
            f"{work} at heart, {WORDS[i % len(WORDS)]} by trade",
            PLACES[self._place[i]],
            self._about[i],
            f"{handle}@example.test",
            f"+1555{i:07d}",
            f"{self.year[i]}-{self._month[i]:02d}-{self._day[i]:02d}",
            f"https://{handle}.example.test/",
            f"https://img.example.test/{i + 1}.png",
            self._joined[i] + "Z",
            *(audience[i] for audience in self._audiences),
        )


def positions(rng: np.random.Generator, n: int, companies: int, year: np.ndarray) -> Iterator[str]:
    """One to three positions each; the newest goes on for most."""
    jobs = rng.integers(1, 4, n)
    goes_on = rng.random(n) < 0.95
    key = 0
    for i in range(n):
        for k in range(jobs[i]):
            key += 1
            start = 2000 + k * 8 + int(year[i]) % 5
            newest = k == jobs[i] - 1
            end = "\\N" if newest and goes_on[i] else f"{start + 5}-06-30"
            title = f"{LEVELS[(key + k) % 7]} {ROLES[key % 12]}"
            company = key * _STEP % companies + 1
            yield f"{key}\t{i + 1}\t{company}\t{title}\t{start}-07-01\t{end}\n"


def tie_pairs(rng: np.random.Generator, n: int, wanted: int) -> np.ndarray:
    """Distinct unordered pairs: half inside communities, all weighted by a power law."""
    weight = rng.pareto(1.5, n) + 1.0
    weight = np.minimum(weight, weight.mean() * 40)
    cumulative = np.cumsum(weight)
    have = np.empty(0, dtype=np.int64)
    while have.size < wanted:
        need = int((wanted - have.size) * 1.15) + 1000
        a = np.searchsorted(cumulative, rng.random(need) * cumulative[-1])
        anywhere = np.searchsorted(cumulative, rng.random(need) * cumulative[-1])
        block = (a // COMMUNITY) * COMMUNITY
        low = np.where(block > 0, cumulative[np.maximum(block - 1, 0)], 0.0)
        high = cumulative[np.minimum(block + COMMUNITY, n) - 1]
        nearby = np.searchsorted(cumulative, low + rng.random(need) * (high - low))
        b = np.minimum(np.where(rng.random(need) < 0.5, nearby, anywhere), n - 1)
        keep = a != b
        lo, hi = np.minimum(a, b)[keep], np.maximum(a, b)[keep]
        have = np.unique(np.concatenate([have, lo * n + hi]))
    have = rng.permutation(have)[:wanted]
    return np.stack([have // n + 1, have % n + 1], axis=1)


async def copy_ties(con: asyncpg.Connection, rng: np.random.Generator, ties: np.ndarray) -> None:
    """Both sides of every tie, in the order of the moments it was made at; none made twice."""
    when = rng.choice(TEN_YEARS // 1000, ties.shape[0], replace=False) * 1000
    table = np.column_stack([ties, EPOCH_2015 + np.sort(when)])
    await con.execute("create temp table edge_in (a bigint, b bigint, us bigint)")
    await copy(con, "edge_in", (f"{a}\t{b}\t{us}\n" for a, b, us in table.tolist()))
    await con.execute(
        "insert into connection"
        " select x, y, timestamptz 'epoch' + us * interval '1 microsecond' from ("
        "  select a x, b y, us from edge_in union all select b, a, us from edge_in) e"
        " order by us, x"
    )


def entries(rng: np.random.Generator, n: int) -> Iterator[str]:
    """Up to 45 contacts each, with a note and up to three tags."""
    wanted = rng.integers(5, 46, n)
    notes = prose(rng, 5000, 11)
    key = 0
    for i in range(n):
        contacts = np.unique(rng.integers(1, n + 1, int(wanted[i])))
        stamps = _moments(EPOCH_2015 + rng.integers(0, TEN_YEARS, contacts.size))
        for contact, stamp in zip(contacts.tolist(), stamps.tolist(), strict=True):
            if contact == i + 1:
                continue
            key += 1
            k = key * _STEP % 97
            tags = ",".join(TAGS[(k + j) % 10] for j in range(k % 4))
            note = notes[key * 7919 % 5000]
            yield f"{key}\t{i + 1}\t{contact}\t{note}\t{{{tags}}}\t{stamp}Z\n"


def distinct_pairs(rng: np.random.Generator, n: int, mean: int) -> np.ndarray:
    """Distinct ordered pairs (a, b), as a * (n + 1) + b."""
    a, b = rng.integers(1, n + 1, n * mean), rng.integers(1, n + 1, n * mean)
    keep = a != b
    return np.unique(a[keep] * (n + 1) + b[keep])


def invitations(n: int, pairs: np.ndarray) -> Iterator[str]:
    """A pending invitation for each pair."""
    stamps = _moments(EPOCH_2015 + TEN_YEARS + np.arange(pairs.size) * 1000)
    for i, (pair, stamp) in enumerate(zip(pairs.tolist(), stamps.tolist(), strict=True), start=1):
        yield f"{i}\t{pair // (n + 1)}\t{pair % (n + 1)}\t{GREETING}\tPENDING\t{stamp}Z\n"
