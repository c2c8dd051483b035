"""Texts parsed by graphql-core, to nodes that are light enough to be kept.

What has more tokens than it may is refused beforehand, by one regular expression: to find out by
the lexer takes ten times as long.

Its nodes hold where they stand by the tokens there, and each token holds its neighbours: the whole
text in circles, a third of all objects of a kept text. Nobody here looks at a token, and what the
garbage collector walks through holds everybody up. So nodes hold their places as two numbers.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property
from itertools import islice

from graphql import (
    DocumentNode,
    GraphQLSyntaxError,
    IntValueNode,
    Location,
    NameNode,
    Source,
    SourceLocation,
    Token,
    TokenKind,
)
from graphql.language.parser import Parser, nested_too_deeply_error

# Digits of a whole number. No type of ours has as many, and Python refuses to read more than 4,300
# when validation has it do so, which would count as a bug.
LONGEST_NUMBER = 1000
# Characters of a name. Each item of a list repeats its aliases, and each error those around it.
LONGEST_NAME = 256
# A token or a comment of a valid text; comments are the matches without a group. Nothing is gone
# back over, and a string that does not end is one too, so it takes no longer for a text that is not
# valid.
_TOKEN = re.compile(
    r"""\#[^\n\r]*
    |( "{3} (?: \\"{3} | (?!"{3}) . )*+ (?: "{3} | \Z )
     | " (?: \\. | [^"\\\n\r] )*+ "?
     | [_A-Za-z] [_0-9A-Za-z]*
     | -? [0-9] (?: [eE][+-] | [_0-9A-Za-z.] )*+
     | \.{3}
     | [!$&()\[\]{}:=@|?] )""",
    re.VERBOSE | re.DOTALL,
)

_NEWLINE = re.compile(r"\r\n|[\n\r]")


def lines_of(text: str) -> int:
    """How many lines a text has (GraphQL, "Line Terminators")."""
    return 1 + text.count("\n") + text.count("\r") - text.count("\r\n")


def has_more_tokens(text: str, most: int) -> bool:
    """Whether a text has more lexical tokens than that, comments not counted."""
    if len(text) <= most:
        return False
    tokens = (match for match in _TOKEN.finditer(text) if match.lastindex)
    return next(islice(tokens, most, None), None) is not None


class Text(Source):
    """A text whose lines are looked for once, and not for each mistake in it."""

    @cached_property
    def _lines(self) -> tuple[list[int], list[int]]:
        """Where lines end, and where the next ones begin."""
        ends = list(_NEWLINE.finditer(self.body))
        return [one.start() for one in ends], [0, *(one.end() for one in ends)]

    def get_location(self, position: int) -> SourceLocation:
        ends, begins = self._lines
        line = bisect_left(ends, position)
        return SourceLocation(line + 1, position + 1 - begins[line])


class Place(Location):
    """Where a node begins and ends in its source; without the tokens."""

    __slots__ = ()

    def __init__(self, start: int, end: int, source: Source) -> None:
        self.start = start
        self.end = end
        self.source = source


class _Parser(Parser):
    def loc(self, start_token: Token) -> Location | None:
        return Place(start_token.start, self._lexer.last_token.end, self._lexer.source)

    def parse_name(self) -> NameNode:
        token = self._lexer.token
        if token.end - token.start > LONGEST_NAME and token.kind is TokenKind.NAME:
            raise GraphQLSyntaxError(self._lexer.source, token.start, "A name is too long.")
        return super().parse_name()

    def parse_int(self, is_const: bool = False) -> IntValueNode:
        token = self._lexer.token
        if token.end - token.start > LONGEST_NUMBER:
            raise GraphQLSyntaxError(self._lexer.source, token.start, "A number is too long.")
        return super().parse_int(is_const)


def parse(text: str, *, most_tokens: int, most_comments: int) -> DocumentNode:
    """The text's nodes. Raises GraphQLSyntaxError, also for a text of more tokens or comments and
    for one that is nested too deeply."""
    parser = _Parser(Text(text), max_lexical_tokens=most_tokens, max_comments=most_comments)
    try:
        return parser.parse_document()
    except RecursionError:
        pass
    finally:
        _unlink(parser._lexer.token)
    # Out of the block, or the error would hold every frame of the recursion.
    raise nested_too_deeply_error(parser)


def _unlink(last: Token) -> None:
    """Have each token hold the next one only, or they would wait for the garbage collector."""
    token: Token | None = last
    while token is not None:
        token.prev, token = None, token.prev
