"""Finding members by the beginning of a handle, a name, or a later word of a name."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from tests.api import Api
from tests.members.queries import update
from tests.people import People, Person

SEARCH = """query($text: String!, $first: Int, $after: String) {
  searchMembers(query: $text, first: $first, after: $after) {
    totalCount nodes { handle name } edges { cursor node { handle } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""

_numbers = count(1)


def new_word() -> str:
    """A word that is in nobody's name yet."""
    letters = "abcdefghij"
    return "Quill" + "".join(letters[int(digit)] for digit in f"{next(_numbers):03}")


async def found(api: Api, query: str, viewer: Person | None = None) -> list[str]:
    """Handles on the first page; `totalCount` agrees with it."""
    page = (await api.run(SEARCH, as_=viewer, text=query, first=100))["searchMembers"]
    handles = [node["handle"] for node in page["nodes"]]
    assert [edge["node"]["handle"] for edge in page["edges"]] == handles
    assert page["totalCount"] == len(handles)
    return handles


async def test_a_member_is_found_by_handle_name_and_later_words(api: Api, people: People) -> None:
    word = new_word()
    eva = await people.member(f"Eva van der {word}")
    for text in (eva.handle, f"@{eva.handle}", eva.handle.upper(), word, word[:-1], f"der {word}"):
        for viewer in (eva, await people.member("Ann"), None):
            assert await found(api, text, viewer) == [eva.handle]
    assert eva.handle in await found(api, "Eva van d")
    for text in (word[1:], f"der{word}", f"van {word}", f"{word} Eva", f"{word}x"):
        assert await found(api, text) == []


ALIKE = [
    ("Jose\u0301", "José"),
    ("José", "JOSE\u0301"),
    ("Straße", "STRASSE"),
    ("\uff26ullwidth", "fullwidth"),
    ("ΣΊΣΥΦΟΣ", "σίσυφος"),
    ("\ufb01nn", "FINN"),
]


@pytest.mark.parametrize(("named", "asked"), ALIKE)
async def test_case_and_form_of_letters_do_not_matter(
    api: Api, people: People, named: str, asked: str
) -> None:
    word = new_word()
    member = await people.member(f"{word}  {named}")
    assert await found(api, f" {word.upper()} \t{asked} ") == [member.handle]
    assert await found(api, f"{word} {asked}"[: len(word) + 3]) == [member.handle]


PLAIN = [
    "100%",
    "%%",
    "__",
    "a_c",
    "o'neil",
    'say "hi"',
    "back\\slash",
    "$1",
    "?1 ?2",
    "--x",
    "*?[",
]


@pytest.mark.parametrize("text", PLAIN)
async def test_signs_are_plain_text(api: Api, people: People, text: str) -> None:
    word = new_word()
    with_sign = await people.member(f"{word} {text}")
    await people.member(f"{word} abc")
    await people.member(f"{word} 1000")
    assert await found(api, f"{word} {text}") == [with_sign.handle]
    assert with_sign.handle in await found(api, text)


async def test_signs_of_patterns_find_nobody_by_themselves(api: Api, people: People) -> None:
    word = new_word()
    await people.member(f"{word} plain")
    for text in (f"{word[:-1]}_", f"{word}%", f"{word[:4]}%", "' OR 1=1 --"):
        assert await found(api, text) == []


async def test_nothing_restricted_is_searched(api: Api, people: People) -> None:
    ann = await people.member("Ann Arden")
    words = {
        name: new_word()
        for name in "headline industry location about pronouns address avatarUrl email".split()
    }
    changes = words | {
        "avatarUrl": f"https://{words['avatarUrl']}.org",
        "email": f"{words['email']}@example.org",
        "phone": "+4930901820",
    }
    assert await update(api, ann, **changes) == []
    for text in (*words.values(), "+4930901820", "4930901820", "https://quill"):
        assert await found(api, text, ann) == await found(api, text) == []


async def test_a_new_name_is_found_and_the_old_one_no_more(api: Api, people: People) -> None:
    old, new = new_word(), new_word()
    ann = await people.member(f"Ann {old}")
    assert await found(api, old) == [ann.handle]
    assert await update(api, ann, name=f"Ann {new}") == []
    assert (await found(api, old), await found(api, new)) == ([], [ann.handle])
    assert await found(api, ann.handle) == [ann.handle]


async def test_the_blocked_and_the_closed_are_absent_before_paging(
    api: Api, people: People
) -> None:
    word = new_word()
    ann, ben, cat, dan = [await people.member(f"{word} {name}") for name in ("A", "B", "C", "D")]
    everyone = [person.handle for person in (ann, ben, cat, dan)]
    assert await found(api, word, ann) == await found(api, word) == everyone
    await people.block(ann, ben)
    assert await found(api, word, ann) == [ann.handle, cat.handle, dan.handle]
    assert await found(api, word, ben) == [ben.handle, cat.handle, dan.handle]
    assert await found(api, word, cat) == await found(api, word) == everyone
    await people.close(dan)
    assert await found(api, word) == everyone[:3]
    page = (await api.run(SEARCH, as_=ann, text=word, first=2))["searchMembers"]
    assert [node["handle"] for node in page["nodes"]] == [ann.handle, cat.handle]
    assert page["pageInfo"]["hasNextPage"] is False


async def test_paging_meets_everyone_once_in_the_order_of_names(api: Api, people: People) -> None:
    word = new_word()
    names = ["Zoe", "adam", "Eve", "Eve", "Éva", "eve", "Bob"]
    expected = {(await people.member(f"{word} {name}")).handle for name in names}
    met: list[str] = []
    after, sizes = None, []
    while True:
        given = {"after": after} if after else {}
        page = (await api.run(SEARCH, text=word, first=3, **given))["searchMembers"]
        assert page["totalCount"] == len(names)
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        met += [node["handle"] for node in page["nodes"]]
        sizes.append(len(page["nodes"]))
        after = page["pageInfo"]["endCursor"]
        assert after == page["edges"][-1]["cursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert sizes == [3, 3, 1]
    assert len(met) == len(set(met))
    assert set(met) == expected
    whole = (await api.run(SEARCH, text=word, first=100))["searchMembers"]["nodes"]
    keys = [node["name"].casefold() for node in whole]
    assert keys == sorted(keys)
    assert [node["handle"] for node in whole] == met


async def test_a_page_does_not_shift_when_somebody_joins_or_leaves(
    api: Api, people: People
) -> None:
    word = new_word()
    bob, eve, zoe = [await people.member(f"{word} {name}") for name in ("Bob", "Eve", "Zoe")]
    page = (await api.run(SEARCH, text=word, first=2))["searchMembers"]
    after = page["pageInfo"]["endCursor"]
    await people.member(f"{word} Adam")
    await people.close(eve)
    late = await people.member(f"{word} Fay")
    rest = (await api.run(SEARCH, text=word, first=2, after=after))["searchMembers"]
    assert [node["handle"] for node in page["nodes"]] == [bob.handle, eve.handle]
    assert [node["handle"] for node in rest["nodes"]] == [late.handle, zoe.handle]


WRONG: list[dict[str, Any]] = [
    {"text": ""},
    {"text": "a"},
    {"text": "   a   "},
    {"text": "@a"},
    {"text": "a" * 101},
    {"text": "ß" * 51},
    {"text": "nul\0nul"},
    {"text": "fine", "first": 0},
    {"text": "fine", "first": -1},
    {"text": "fine", "first": 101},
]


@pytest.mark.parametrize("variables", WRONG, ids=str)
async def test_a_question_out_of_bounds_is_a_mistake_of_the_request(
    api: Api, variables: dict[str, Any]
) -> None:
    answer = await api.answer(SEARCH, **variables)
    assert answer["data"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]


async def test_texts_at_the_bounds_are_searched(api: Api, people: People) -> None:
    word = new_word()
    member = await people.member(f"Max {word}".ljust(100, "a"))
    assert await found(api, member.name) == [member.handle]
    assert member.handle in await found(api, "qu")


CURSORS = ["", "x", "ü", "AAAA", "WyJzZWFyY2giXQ", "WyJibG9ja3MiLCJhIiwiYiJd", "\0"]


@pytest.mark.parametrize("after", CURSORS)
async def test_a_cursor_that_the_list_did_not_hand_out_is_refused(api: Api, after: str) -> None:
    answer = await api.answer(SEARCH, text="fine", after=after)
    assert answer["data"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_CURSOR"]
