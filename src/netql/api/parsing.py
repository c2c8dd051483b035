"""Texts parsed by graphql-core, to nodes that are light enough to be kept.

Its nodes hold where they stand by the tokens there, and each token holds its neighbours: the whole
text in circles, a third of all objects of a kept text. Nobody here looks at a token, and what the
garbage collector walks through holds everybody up. So nodes hold their places as two numbers.
"""

from __future__ import annotations

from graphql import DocumentNode, Location, Source, Token
from graphql.language.parser import Parser, nested_too_deeply_error


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


def parse(text: str, *, most_tokens: int, most_comments: int) -> DocumentNode:
    """The text's nodes. Raises GraphQLSyntaxError, also for a text of more tokens or comments and
    for one that is nested too deeply."""
    parser = _Parser(text, max_lexical_tokens=most_tokens, max_comments=most_comments)
    try:
        return parser.parse_document()
    except RecursionError:
        pass
    # Out of the block, or the error would hold every frame of the recursion.
    raise nested_too_deeply_error(parser)
