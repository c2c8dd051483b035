"""GraphQL texts that are no good, or too much of it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

_GOOD = (
    "{ viewer { id name handle } }",
    "query A { viewer { id } } query B { __typename }",
    "query M($by: String!) { member(by: { handle: $by }) { id name email phone hiddenFields } }",
    'query S($first: Int = 3) { searchMembers(query: "ann", first: $first) { nodes { id name } } }',
    "{ viewer { connections(first: 5) { totalCount edges { cursor node { member { name } } } } } }",
    "{ __schema { types { name fields { name args { name type { name } } } } } }",
    "fragment F on Member { id about } { viewer { ...F } }",
    "{ viewer { privacy { fields { field audience } } } }",
    "{ viewAs(as: { audience: PUBLIC }) { name email phone about } }",
    'mutation { updateProfile(input: { headline: "a" }) { viewer { headline } } }',
    "mutation I($id: ID!) { sendInvitation(input: { memberId: $id }) { userErrors { code } } }",
    "subscription { invitationReceived { kind cursor } }",
    '{ nodes(ids: ["a", "b"]) { id ... on Member { name } } }',
)
_PIECES = (
    "{", "}", "(", ")", "[", "]", "...", "on", "@", "$", "!", ":", "=", "|", "&", '"', '"""', "#",
    "\\", "\0", "\ufeff", "\u2028", "\U0001f600", "null", "fragment", "query", "mutation",
    "subscription", "@skip(if: true)", "@include(if: $x)", "@nope", "__typename", "type A { b: C }",
    "first: 99999999999", "first: -1", "1e400", "9" * 400, "-0", "'", ",", ";", "\r", "\\u0000",
    '"\\ud800"', '"\\u{110000}"', "extend schema @x", "...F", "$x: Int",
)  # fmt: skip


def good(dice: Random) -> str:
    """A text that can be run."""
    return dice.choice(_GOOD)


def spoiled(dice: Random) -> str:
    """A text with something wrong in it, most likely."""
    if dice.random() < 0.4:
        return dice.choice(_TOO_MUCH)(dice)
    text = good(dice)
    for _ in range(dice.randrange(1, 4)):
        place = dice.randrange(len(text) + 1)
        kind = dice.randrange(4)
        if kind == 0:
            text = text[:place] + dice.choice(_PIECES) + text[place:]
        elif kind == 1:
            text = text[:place]
        elif kind == 2:
            text = text[:place] + text[place + dice.randrange(1, 12) :]
        else:
            words = text.split(" ")
            dice.shuffle(words)
            text = " ".join(words)
    return text


def _deep(dice: Random) -> str:
    deep = dice.choice((10, 50, 300, 5000, 40_000))
    opening, closing = dice.choice(
        (
            ("{a", "}"),
            ("{viewer{id ", "}}"),
            ("{a(a:[", "])}"),
            ("{a(a:{b:", "})}"),
            ("{...{", "}}"),
        )
    )
    return opening * deep + closing * dice.choice((deep, 0))


def _fragments(dice: Random) -> str:
    count = dice.choice((2, 20, 150, 300))
    fan = dice.choice((1, 2, 3))
    last = dice.choice(("id", "...F0", "...Nowhere"))
    lines = [
        f"fragment F{n} on Member {{ {f'...F{n + 1} ' * fan if n + 1 < count else last} }}"
        for n in range(count)
    ]
    return "{ viewer { ...F0 } } " + " ".join(lines)


def _aliases(dice: Random) -> str:
    count = dice.choice((5, 29, 300, 4000))
    return "{" + " ".join(f"a{n}: viewer {{ id }}" for n in range(count)) + "}"


def _same(dice: Random) -> str:
    return "{" + "viewer { id name } " * dice.choice((5, 19, 300, 390, 4000)) + "}"


def _directives(dice: Random) -> str:
    which = dice.choice(("@skip(if: false) ", "@nope ", "@include(if: $x) ", "@oneOf "))
    return "{ viewer " + which * dice.choice((2, 60, 280, 3000)) + "{ id } }"


def _variables(dice: Random) -> str:
    count = dice.choice((3, 300, 3000))
    return (
        "query ("
        + " ".join(
            f"$v{n}: {dice.choice(('Int', 'ID!', '[[[Int]]]', 'Nope'))}" for n in range(count)
        )
        + ") { __typename }"
    )


def _operations(dice: Random) -> str:
    return " ".join(f"query Q{n} {{ viewer {{ id }} }}" for n in range(dice.choice((2, 40, 1500))))


def _words(dice: Random) -> str:
    which = dice.choice(
        ("a", "_", "#", '"', " ", ",", "\n", "\u00e9", "(", "@", "1", "$a ", "...a ")
    )
    return dice.choice(("", "{", "{a(b:", "query ")) + which * dice.choice((10, 3000, 100_000))


def _introspection(dice: Random) -> str:
    inner = "name"
    for _ in range(dice.choice((2, 5, 12, 60))):
        inner = f"fields {{ type {{ {inner} ofType {{ name }} }} }}"
    return f"{{ __schema {{ types {{ {inner} }} }} }}"


def _pages(dice: Random) -> str:
    inner = "id"
    for _ in range(dice.choice((2, 4, 8))):
        first = dice.choice((10, 100, 1000, 2**31 - 1))
        inner = f"connections(first: {first}) {{ nodes {{ member {{ {inner} }} }} }}"
    return f"{{ viewer {{ {inner} }} }}"


def _conflicts(dice: Random) -> str:
    count = dice.choice((5, 100, 600, 990, 1500))
    fields = " ".join(f"a: {dice.choice(('id', 'name', 'handle'))}" for _ in range(count))
    return f"{{ viewer {{ {fields} }} }}"


_TOO_MUCH: tuple[Callable[[Random], str], ...] = (
    _deep, _fragments, _aliases, _same, _directives, _variables, _operations, _words,
    _introspection, _pages, _conflicts,
)  # fmt: skip
