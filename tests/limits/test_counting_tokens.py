"""Tokens are counted as the lexer counts them, without the lexer, and as fast for any text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import Lexer, Source, TokenKind, get_introspection_query

from netql.api.explorer import example_texts
from netql.api.parsing import has_more_tokens
from tests.limits.documents import bomb

ODD = r'''
{ # a comment, { with } "tokens"
  a(b: -1.5e+3, c: "x \" # y", d: """ a " "" \""" # b
  c """,
  e: [1 2,3-4 0-0 1e-5-1], f: { g: $h },
  i: """""", j: "", k: "\\") @l(m: !) ... on N & O | P { q } ...r
}'''
TEXTS = {
    "odd": ODD,
    "introspection": get_introspection_query(),
    "schema": (Path(__file__).parents[2] / "schema.graphql").read_text(),
    "bomb": bomb(40),
} | {f"example-{number}": text for number, text in enumerate(example_texts())}


def lexed(text: str) -> Iterator[str]:
    lexer = Lexer(Source(text))
    while (token := lexer.advance()).kind is not TokenKind.EOF:
        yield token.kind.value


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_as_many_are_found_as_the_lexer_finds(text: str) -> None:
    tokens = len(list(lexed(text)))
    assert has_more_tokens(text, tokens - 1)
    assert not has_more_tokens(text, tokens)
