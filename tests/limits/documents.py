"""Texts for and against limits."""

from __future__ import annotations


def bomb(levels: int) -> str:
    """A chain of fragments, each spreading the next twice: two to that many fields, if walked."""
    chain = "".join(
        f"fragment F{n} on Query {{ a: __typename ...F{n + 1} ...F{n + 1} }} "
        for n in range(levels)
    )
    return f"{{ ...F0 }} {chain} fragment F{levels} on Query {{ __typename }}"


def deep(levels: int) -> str:
    """A query of that many levels of fields; one more than a multiple of three."""
    times = (levels - 2) // 3
    assert levels == 2 + 3 * times
    return (
        "{ viewer { " + "connections { nodes { member { " * times + "id" + " } } }" * times + "}}"
    )


def aliased(number: int) -> str:
    return "{ viewer { " + " ".join(f"a{n}: name" for n in range(number)) + " } }"


def directed(number: int) -> str:
    return "{ viewer { id " + "@include(if: true) name " * number + "} }"


def rooted(number: int) -> str:
    return "{ " + "__typename " * number + "}"


def lexed(tokens: int) -> str:
    """A query of that many lexical tokens."""
    return "{ viewer { " + "id " * (tokens - 5) + "} }"


def signing_up(*handles: str) -> str:
    """A mutation that makes so many accounts."""
    return (
        "mutation { "
        + " ".join(
            f'a{n}: signUp(input: {{handle: "{handle}", name: "X", password: "12345678"}})'
            " { userErrors { code } }"
            for n, handle in enumerate(handles)
        )
        + " }"
    )


# What a value of the answer is worth, by hand.
COSTS = {
    "{ __typename }": 1,
    "{ viewer { id name } }": 3,
    # One for the list, ten for its nodes and for the member of each, one for the count.
    "{ viewer { connections(first: 10) { totalCount nodes { member { id } } } } }": 1
    + 1
    + 1
    + 1
    + 10 * 2,
    # The size of a page is 20 where it is not said.
    "{ viewer { connections { nodes { kind: __typename } } } }": 1 + 1 + 1 + 20,
    "{ viewer { connections(last: 3) { edges { cursor } pageInfo { endCursor } } } }": 1
    + 1
    + (1 + 3)
    + 2,
    # No page is larger than 100: that it is refused is told when it is run.
    '{ searchMembers(query: "ab", first: 5000) { nodes { id } } }': 1 + 1 + 100,
    # Lists that are no pages are taken to have ten items; lists of plain values are one.
    "{ viewer { positions { title } hiddenFields } }": 1 + (1 + 10) + 1,
    '{ nodes(ids: ["a", "b", "c"]) { id } }': 1 + 3,
    "{ ...F } fragment F on Query { viewer { ...G ...G } } fragment G on Member { id }": 3,
}
