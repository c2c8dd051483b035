"""What a client takes for an answer, by its Accept header.

RFC 9110, 12.5: ranges with weights, of which the one that fits a type most closely counts. Of the
two types of a single answer the heavier is chosen; of equal ones that which is named first; and
`application/json` where no type is named at all (GraphQL over HTTP, "Response").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
EVENT_STREAM = "text/event-stream"
MULTIPART = "multipart/mixed"

# Clients say one of a few things; what is longer than any of them is read anew each time.
_MOST_KNOWN = 256
_LONGEST_KNOWN = 256
_WEIGHT = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\Z")
_RANGE = re.compile(r"(\*/\*|[\w.+!#$&^-]+/(?:\*|[\w.+!#$&^-]+))\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Accepting:
    """An Accept header, read.

    `answer` is the type of a single answer, or None if the client takes neither of the two.
    `parameters` are those of the ranges that name a type in full, by that type.
    """

    answer: str | None = JSON
    weights: dict[str, float] = field(default_factory=lambda: {"*/*": 1.0})
    parameters: dict[str, dict[str, str]] = field(default_factory=dict)

    def weight(self, kind: str) -> float:
        """How much the client wants that type, 0 to 1; 0 if it does not take it."""
        weights = self.weights
        found = weights.get(kind)
        if found is None:
            found = weights.get(f"{kind.partition('/')[0]}/*")
        return weights.get("*/*", 0.0) if found is None else found

    def named(self, kind: str) -> bool:
        """Whether the client names that very type and takes it: a stream is only for those who
        ask for one."""
        return self.weights.get(kind, 0.0) > 0

    @property
    def strict(self) -> bool:
        """Whether a single answer has its own type, so that a status can be trusted."""
        return self.answer == RESPONSE


# Who says nothing takes anything.
ANYTHING = Accepting()


def accepting(header: bytes | None) -> Accepting:
    """The header, read; without one whatever we like to send. Never raises: a range that cannot
    be read is left out."""
    if not header:
        return ANYTHING
    return _known(header) if len(header) <= _LONGEST_KNOWN else _read(header)


def _read(header: bytes) -> Accepting:
    weights: dict[str, float] = {}
    parameters: dict[str, dict[str, str]] = {}
    for part in header.decode("latin-1").split(","):
        kind, *rest = (piece.strip() for piece in part.split(";"))
        kind = kind.lower()
        if not _RANGE.match(kind):
            continue
        told = {
            name.strip().lower(): value.strip().strip('"')
            for name, _, value in (one.partition("=") for one in rest)
        }
        weight = told.pop("q", "1")
        # Nothing is ever sent in another encoding.
        if not _WEIGHT.match(weight) or told.get("charset", "utf-8").lower() not in _UTF_8:
            continue
        # Of a range that is there twice the heavier counts: one client's two parts each added it.
        if kind not in weights or float(weight) > weights[kind]:
            weights[kind] = float(weight)
            parameters[kind] = told
    read = Accepting(None, weights, parameters)
    return Accepting(_answer(read), weights, parameters)


_UTF_8 = ("utf-8", "utf8")
_known = lru_cache(_MOST_KNOWN)(_read)


def _answer(read: Accepting) -> str | None:
    json, response = read.weight(JSON), read.weight(RESPONSE)
    if not json and not response:
        return None
    if json != response:
        return JSON if json > response else RESPONSE
    # Equal weights, and the dictionary is in the order of the header.
    first = next((kind for kind in read.weights if kind in (JSON, RESPONSE)), JSON)
    return first
