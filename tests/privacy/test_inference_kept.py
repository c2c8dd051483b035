"""What is kept of one's log, and for how long, tells nothing of what was recorded in silence.

Entries go when they are old, but for the newest one. Worlds that differ in whether somebody absent
had invited v meanwhile are asked for the past: by the cursors that v kept, by one that v made up.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from netql.clock import now
from netql.events.pruning import sweep
from netql.infra.counting import counting_statements
from netql.infra.database import execute, fetch
from netql.infra.tokens import Signer
from netql.members import actions as members
from netql.settings import Settings
from tests.api import Api
from tests.events.test_pruning import made_at
from tests.live.bare_streams import INVITATIONS, Streams, event, newest, streams
from tests.people import People, Person
from tests.privacy.test_inference_events import PAST, by_turn
from tests.privacy.twins import Cast, Veil

KEPT = timedelta(days=Settings().event_days)
LONG_AGO = KEPT + timedelta(days=300)


@pytest.fixture
async def opening(settings: Settings, signer: Signer) -> AsyncIterator[Streams]:
    async with streams(settings, signer) as found:
        yield found


async def of_old(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Person:
    """v, who joined before what is kept."""
    with monkeypatch.context() as patched:
        patched.setattr(members, "new_id", lambda: made_at(now() - LONG_AGO))
        return await cast.enter("Vera")


async def aged(person: Person, *ages: timedelta) -> None:
    """Make the newest entries of somebody's log as old as that, the newest last."""
    rows = await fetch(
        "SELECT id FROM events WHERE member_id = $1 ORDER BY number DESC LIMIT $2",
        person.key,
        len(ages),
    )
    for row, age in zip(rows, reversed(ages), strict=True):
        at = now() - age
        await execute(
            "UPDATE events SET id = $2, recorded_at = $3 WHERE id = $1", row["id"], made_at(at), at
        )


async def _invited(cast: Cast, choice: str) -> None:
    await cast.enter("Rose")
    if choice == "nothing":
        return
    await cast.people.invite(cast["Rose"], cast["Vera"], "a note")
    if choice == "blocked v":
        await cast.people.block(cast["Rose"], cast["Vera"])
    else:
        await cast.leave("Rose")


CHOICES = ("nothing", "blocked v", "closed")


@pytest.mark.parametrize("since", [timedelta(days=2), KEPT + timedelta(days=2)], ids=["new", "old"])
async def test_what_goes_of_a_log_does_not_tell_what_came_after_it(
    api: Api,
    people: People,
    opening: Streams,
    monkeypatch: pytest.MonkeyPatch,
    since: timedelta,
) -> None:
    found: dict[str, Any] = {}
    for choice in CHOICES:
        cast = Cast(people)
        vera = await of_old(cast, monkeypatch)
        for role in ("Mia", "Pia"):
            await cast.enter(role)
        await people.invite(cast["Mia"], vera, "Hello")
        kept = await newest(vera)
        await aged(vera, KEPT + timedelta(days=5))
        await _invited(cast, choice)
        if choice != "nothing":
            await aged(vera, since)
        await sweep(KEPT)
        answers = []
        with counting_statements() as seen:
            for after in (None, kept, "x" * 22):
                answers.append(await api.answer(PAST, as_=vera, after=after))
            stream = await opening.open(vera, INVITATIONS, kept)
        await people.invite(cast["Pia"], vera)
        answers.append(await event(stream))
        await stream.aclose()
        await sweep(KEPT)
        cursors = {kept: "kept"}
        found[choice] = Veil(cast).over([by_turn(one, cursors) for one in answers]), len(seen)
    assert found["blocked v"] == found["nothing"]
    assert found["closed"] == found["nothing"]
