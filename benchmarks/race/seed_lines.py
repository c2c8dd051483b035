"""The lines that requests take in turn: `viewer target`, and `inviter invitee` for the mutation."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from lab import PARAMS, lines_file

LINES = 20_000
INVITES = 150_000


def write(
    database: str, rng: np.random.Generator, n: int, ties: np.ndarray, invited: np.ndarray
) -> None:
    """Both files of a database."""
    PARAMS.mkdir(parents=True, exist_ok=True)
    lines_file(database, "Q1").write_text("".join(_targets(rng, n, ties.tolist())))
    taken = {_unordered(p // (n + 1), p % (n + 1), n) for p in invited.tolist()}
    taken |= {_unordered(a, b, n) for a, b in ties.tolist()}
    lines_file(database, "M1").write_text("".join(_invites(rng, n, taken)))


def _targets(rng: np.random.Generator, n: int, ties: list[list[int]]) -> list[str]:
    """Half the targets are connections of a connection, so that Q4 has something to count, a
    quarter are connections, and a quarter is anybody."""
    near = defaultdict(list)
    for a, b in ties:
        near[a].append(b)
        near[b].append(a)
    viewers = rng.integers(1, n + 1, LINES).tolist()
    dice = rng.random(LINES)
    anyone = rng.integers(1, n + 1, LINES).tolist()
    lines = []
    for i, viewer in enumerate(viewers):
        friends, target = near.get(viewer), anyone[i]
        if friends and dice[i] < 0.75:
            target = friends[(i * 31) % len(friends)]
            if dice[i] < 0.5:
                second = near[target]
                target = second[(i * 17) % len(second)]
        lines.append(f"{viewer} {target}\n")
    return lines


def _invites(rng: np.random.Generator, n: int, taken: set[int]) -> list[str]:
    """Pairs with nothing between them, each once either way, so that no server may refuse."""
    inviters = rng.integers(1, n + 1, INVITES).tolist()
    invitees = rng.integers(1, n + 1, INVITES).tolist()
    lines = []
    for a, b in zip(inviters, invitees, strict=True):
        key = _unordered(a, b, n)
        if a != b and key not in taken:
            taken.add(key)
            lines.append(f"{a} {b}\n")
    return lines


def _unordered(a: int, b: int, n: int) -> int:
    return min(a, b) * (n + 1) + max(a, b)
