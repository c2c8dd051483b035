"""Texts that members write, and search by, take no longer than their length."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from netql.errors import BadPage, Refused
from netql.members import rules, search
from netql.text import cleaned, graphemes, piled, search_key, storable
from tests import rows
from tests.api import Api
from tests.people import People

# Marks below and above a letter by turns: sorting them moves each past half of those before it.
MARKS = "\u0316\u0301" * 30_000
FLAGS = "\U0001f1e9\U0001f1ea"
SET_NAME = """mutation($input: UpdateProfileInput!) {
  updateProfile(input: $input) { userErrors { code field } } }"""
ADD_SKILL = "mutation($input: AddSkillInput!) { addSkill(input: $input) { userErrors { code } } }"
ADD_WEBSITE = """mutation($input: AddWebsiteInput!) {
  addWebsite(input: $input) { userErrors { code } } }"""
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
    before = await rows.sizes()
    piles: list[dict[str, str]] = [{"about": "a" + MARKS[:100]}, {"name": "Ann" + MARKS[:100]}]
    for given in piles:
        answer = (await api.run(SET_NAME, as_=ann, input=given))["updateProfile"]
        assert answer["userErrors"] == [{"code": "TEXT_INVALID", "field": [*given]}]
    found = await api.run("{ viewer { name about } }", as_=ann)
    assert found == {"viewer": {"name": ann.name, "about": None}}
    assert await rows.sizes() == before


def mixed(letters: int, marks: int) -> str:
    """A text that does not compress."""
    chosen = Random(letters * marks)
    bearing = [chr(one) for one in range(0x300, 0x20000) if unicodedata.category(chr(one)) == "Mn"]
    return "".join(
        chr(chosen.randrange(0x20000, 0x2A6D0)) + "".join(chosen.choices(bearing, k=marks))
        for _ in range(letters)
    )


@pytest.mark.parametrize(
    ("mutation", "field", "text", "code"),
    [
        (SET_NAME, "name", mixed(99, 15), "TEXT_TOO_LONG"),
        (SET_NAME, "name", "\ufdfa" * 100, "TEXT_TOO_LONG"),
        (ADD_SKILL, "name", mixed(79, 15), "TEXT_TOO_LONG"),
        (ADD_WEBSITE, "url", f"https://example.com/{mixed(1900, 0)}", "URL_INVALID"),
    ],
    ids=["name", "name of ligatures", "skill", "website"],
)
async def test_what_no_index_holds_is_refused(
    api: Api, people: People, mutation: str, field: str, text: str, code: str
) -> None:
    """It was a bug by all signs, on PostgreSQL."""
    ann = await people.member()
    before = await rows.sizes()
    [answer] = (await api.run(mutation, as_=ann, input={field: text})).values()
    assert [one["code"] for one in answer["userErrors"]] == [code]
    assert await rows.sizes() == before
    assert await api.run("{ viewer { name } }", as_=ann) == {"viewer": {"name": ann.name}}


@pytest.mark.parametrize(
    ("mutation", "field", "text"),
    [
        (SET_NAME, "name", mixed(100, 5)),
        (SET_NAME, "name", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" * 100),
        (ADD_SKILL, "name", mixed(80, 6)),
        (ADD_WEBSITE, "url", f"https://example.com/{mixed(490, 0)}"),
    ],
    ids=["name", "name of families", "skill", "website"],
)
async def test_what_an_index_holds_is_taken(
    api: Api, people: People, mutation: str, field: str, text: str
) -> None:
    ann = await people.member()
    ben = await people.member()
    await people.connect(ann, ben)
    [answer] = (await api.run(mutation, as_=ann, input={field: text})).values()
    assert answer["userErrors"] == []


def test_a_name_is_found_by_few_words() -> None:
    """Each is a statement, in the one transaction."""
    keys = search.search_keys_of("ann", "\ufdfa" * 60)
    assert len(search_key("\ufdfa" * 60).split()) > search.MOST_WORDS
    assert len(keys) <= 1 + search.MOST_WORDS
    assert max(map(len, keys)) == search.LONGEST_QUERY
    letters = " ".join("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwx")
    assert len(letters.split()) == search.MOST_WORDS
    assert letters[-3:] in search.search_keys_of("ann", letters)
    assert letters[-1] in search.search_keys_of("ann", letters)
