"""Texts that members write, and search by, take no longer than their length."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from netql.errors import BadPage, Refused
from netql.members import rules, search
from netql.text import cleaned, graphemes, piled, storable
from tests import rows
from tests.api import Api
from tests.people import People

# Marks below and above a letter by turns: sorting them moves each past half of those before it.
MARKS = "\u0316\u0301" * 30_000
FLAGS = "\U0001f1e9\U0001f1ea"
# Each was seconds once, in which nobody else was answered.
LONG: dict[str, Callable[[], Any]] = {
    "a text of marks": lambda: cleaned("a" + MARKS[:41_000], 2600, "about"),
    "a text of letters that come apart into marks": lambda: cleaned(
        "\u0f40" + "\u0f73" * 41_000, 2600, "about"
    ),
    "a text of flags": lambda: cleaned(FLAGS * 20_000, 2600, "about"),
    "a search for marks": lambda: search._range("a" + MARKS),
    "a search for ligatures": lambda: search._range("\ufdfa" * 80_000),
    "an address of marks": lambda: rules.email(f"a{MARKS}@example.com"),
    "an address of quotes": lambda: rules.email(f'"{"a" * 250_000}"@example.com'),
}


@pytest.mark.parametrize("what", LONG)
def test_no_text_takes_long_to_refuse(what: str) -> None:
    spent = []
    for _ in range(3):
        began = time.process_time()
        with pytest.raises((Refused, BadPage)):
            LONG[what]()
        spent.append(time.process_time() - began)
    assert min(spent) < 0.1


def test_what_a_language_needs_is_taken() -> None:
    """As many marks as the standard has for enough, in their order and out of it."""
    bearing = "e" + "\u0301\u0323" * 15
    assert cleaned(bearing * 2, 20, "x") == unicodedata.normalize("NFC", bearing * 2)
    with pytest.raises(Refused) as refusal:
        cleaned(f"{bearing}\u0301", 20, "x")
    assert refusal.value.code == "TEXT_INVALID"


def test_all_that_is_sorted_counts_as_a_mark() -> None:
    for number in range(0x110000):
        letter = chr(number)
        first = unicodedata.normalize("NFKD", letter)[0]
        if unicodedata.combining(letter) or unicodedata.combining(first):
            assert piled(letter * 31), hex(number)
            assert not piled(letter * 30), hex(number)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (FLAGS, 1),
        (FLAGS * 3, 3),
        (FLAGS * 3 + FLAGS[0], 4),
        (FLAGS[0] + "-" + FLAGS, 3),
        (FLAGS + "\u0301" + FLAGS, 2),
        (FLAGS[0] + "\u0301" + FLAGS, 2),
        ("\U0001f468\u200d\U0001f469" + FLAGS + "\u200d\U0001f468", 3),
        ("e\u0301", 1),
        ("", 0),
    ],
)
def test_flags_are_counted_as_people_do(text: str, count: int) -> None:
    assert graphemes(text) == count


@pytest.mark.parametrize(
    ("text", "whether"),
    [("", True), ("é\U0001f600", True), ("a\0", False), ("\ud800", False), ("a\udfffb", False)],
)
def test_what_can_be_kept(text: str, whether: bool) -> None:
    assert storable(text) is whether


async def test_a_search_is_as_long_as_it_is_composed(api: Api, people: People) -> None:
    """Of a hundred letters, of four code points each before they are composed."""
    text = "query($text: String!) { searchMembers(query: $text) { nodes { id } } }"
    decomposed = unicodedata.normalize("NFD", "\u1f82" * search.LONGEST_QUERY)
    assert len(decomposed) == search.LONGEST_GIVEN
    assert (await api.run(text, text=decomposed[:120]))["searchMembers"]["nodes"] == []
    answer = await api.answer(text, text=decomposed + "a")
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_too_many_marks_change_nothing(api: Api, people: People) -> None:
    ann = await people.member()
    text = """mutation($input: UpdateProfileInput!) {
      updateProfile(input: $input) { userErrors { code field } } }"""
    before = await rows.sizes()
    piles: list[dict[str, str]] = [{"about": "a" + MARKS[:100]}, {"name": "Ann" + MARKS[:100]}]
    for given in piles:
        answer = (await api.run(text, as_=ann, input=given))["updateProfile"]
        assert answer["userErrors"] == [{"code": "TEXT_INVALID", "field": [*given]}]
    found = await api.run("{ viewer { name about } }", as_=ann)
    assert found == {"viewer": {"name": ann.name, "about": None}}
    assert await rows.sizes() == before
