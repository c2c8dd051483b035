"""How much one request may ask for, and the refusals of what asks for more.

Every refusal has a code of its own and says, in `extensions`, the `limit` and what was `found`:
the number at which counting stopped, where counting stops early.
"""

from __future__ import annotations

from dataclasses import dataclass

from netql.api.given import MOST_VALUES
from netql.errors import NetqlError
from netql.settings import Settings

# Comments are no tokens to a parser and cost it as much.
MOST_COMMENTS = 500
# Characters of a text for each token that it may have: names and strings are shorter on average.
# The lexer goes from character to character.
CHARACTERS_PER_TOKEN = 32
# Lines, likewise: who prints a token to a line has comments besides. To say where a mistake is all
# lines before it are gone through, twice, and a cycle of fragments is a mistake of many places.
LINES_PER_TOKEN = 2
# Steps of comparing fields that may have to be merged, as graphql-core counts them: forty fragments
# on the same object, with ten fields each, take about this many; in time some 50 ms.
MOST_COMPARISONS = 50_000
# Mutations that test a secret or make an account. One text may do one of them, so that guesses
# come one by one and are counted.
SENSITIVE = frozenset(("signUp", "signIn", "refreshToken", "closeAccount"))
MOST_SENSITIVE = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of a process. `seconds` is for running one query or mutation, `response_bytes`
    for its answer; everything else is counted in the text, its fragments expanded."""

    tokens: int = 2000
    depth: int = 12
    aliases: int = 30
    directives: int = 50
    root_fields: int = 20
    cost: int = 10_000
    seconds: float = 10.0
    response_bytes: int = 4 * 1024 * 1024


def price_of(text: str) -> int:
    """The points that working out a new text costs. To parse and validate a character takes as
    long as to answer with two values; longer texts have few tokens, or too many."""
    return min(2 * len(text), 20_000)


def limits_from(settings: Settings) -> Limits:
    return Limits(
        tokens=settings.limit_tokens,
        depth=settings.limit_depth,
        aliases=settings.limit_aliases,
        directives=settings.limit_directives,
        root_fields=settings.limit_root_fields,
        cost=settings.limit_cost,
        seconds=settings.limit_seconds,
        response_bytes=settings.limit_response_bytes,
    )


class LimitExceeded(NetqlError):
    """A request asks for more than one may; nothing of it was run."""

    def __init__(self, code: str, what: str, limit: int, found: int) -> None:
        super().__init__(f"At most {limit} {what}; here are {found}.")
        self.code = code
        self.details = {"limit": limit, "found": found}


def too_many_tokens(limit: int) -> LimitExceeded:
    return LimitExceeded("TOKEN_LIMIT_EXCEEDED", "lexical tokens", limit, limit + 1)


def too_many_characters(limit: int, found: int) -> LimitExceeded:
    return LimitExceeded("TOKEN_LIMIT_EXCEEDED", "characters", limit, found)


def too_many_lines(limit: int, found: int) -> LimitExceeded:
    return LimitExceeded("TOKEN_LIMIT_EXCEEDED", "lines", limit, found)


def too_many_comments() -> LimitExceeded:
    return LimitExceeded("TOKEN_LIMIT_EXCEEDED", "comments", MOST_COMMENTS, MOST_COMMENTS + 1)


def too_many_values() -> LimitExceeded:
    return LimitExceeded("VARIABLES_LIMIT_EXCEEDED", "values", MOST_VALUES, MOST_VALUES + 1)


def too_costly(limit: int, found: int) -> LimitExceeded:
    return LimitExceeded("COST_LIMIT_EXCEEDED", "points of cost", limit, found)


class TooIntricate(NetqlError):
    """Validation gave up: the text repeats fields in too many places, or nests fragments too
    deeply, to be looked through in a reasonable time."""

    code = "VALIDATION_LIMIT_EXCEEDED"

    def __init__(self) -> None:
        super().__init__("The text repeats fields or nests fragments more than is looked into.")
        self.details = {"limit": MOST_COMPARISONS}


class TooLong(NetqlError):
    """Running took longer than it may, and was stopped; what was not committed is undone."""

    code = "TIMEOUT"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"This took longer than {seconds:g} seconds and was stopped.")
        self.details = {"limit": seconds}


class TooLarge(NetqlError):
    """An answer has more bytes than it may, and is not sent."""

    code = "RESPONSE_TOO_LARGE"

    def __init__(self, limit: int, found: int) -> None:
        super().__init__(f"An answer has {limit} bytes at most; this one has {found} or more.")
        self.details = {"limit": limit, "found": found}
