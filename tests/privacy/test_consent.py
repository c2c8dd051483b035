"""The consent rule: acts of one member alone never show that member a value of another's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from netql import ids
from tests.api import Api
from tests.people import People
from tests.privacy.consent_acts import MEMBER_MUTATIONS, MUTATIONS, act, tried_on
from tests.privacy.consent_rule import Step
from tests.privacy.consent_world import Consents, World, build, consents, drawn
from tests.privacy.sight import Sight, asked_of, look, values_in

# Every way to name a member.
_ABSENT = (
    "member(by: {handle: $handle}) { id name email }",
    "member(by: {id: $id}) { id name email }",
    "node(id: $id) { id }",
    "nodes(ids: [$id]) { id }",
    "viewAs(as: {memberId: $id}) { headline }",
)
_EXAMPLES, _LONG, _ACTS = 30, 1000, 10
# Everything follows from one number, so there is nothing to be made smaller.
_SETTINGS: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "phases": [Phase.generate],
    "suppress_health_check": [HealthCheck.too_slow],
}
_DICE = st.randoms(use_true_random=True)


@pytest.fixture(scope="module")
def reached() -> Iterator[Counter[str]]:
    """What the random acts came to; worthless acts would prove nothing."""
    seen: Counter[str] = Counter()
    yield seen
    if seen["examples"] >= _EXAMPLES:
        for wanted in ("consumed", "lifted", "through a connection", *MUTATIONS):
            assert seen[wanted] > 0, f"no random act came to: {wanted}"


@pytest.mark.timeout(1800)
@settings(max_examples=_EXAMPLES, derandomize=True, **_SETTINGS)
@given(dice=_DICE)
async def test_acts_of_one_member_show_no_more_of_others_than_they_consented_to(
    api: Api, people: People, reached: Counter[str], dice: Random
) -> None:
    await _live(api, people, reached, dice)


@pytest.mark.long
@pytest.mark.timeout(3600)
@settings(max_examples=_LONG, print_blob=True, **_SETTINGS)
@given(dice=_DICE)
async def test_a_thousand_lives_show_no_more_of_others_than_they_consented_to(
    api: Api, people: People, reached: Counter[str], dice: Random
) -> None:
    await _live(api, people, reached, dice)


async def _live(api: Api, people: People, reached: Counter[str], dice: Random) -> None:
    plan = drawn(dice)
    world = await build(people, plan)
    reached["examples"] += 1
    agreed = await consents(world)
    seen = await look(api, world.v, world.others, world.token)
    for number in range(_ACTS):
        done = await act(api, world, dice)
        agreed_now = await consents(world)
        seen_now = await look(api, world.v, world.others, world.token)
        step = Step(world, agreed, agreed_now)
        reasons = {fact: step.reason(fact) for fact in seen_now - seen}
        leaked = [fact for fact, reason in reasons.items() if reason is None]
        assert not leaked, (plan, number, done, leaked)
        assert values_in(done.answer, world.others) <= seen_now | seen, (plan, number, done)
        await _absent_alike(api, world, agreed_now, seen_now, number)
        reached.update(filter(None, reasons.values()))
        reached[done.kind] += done.succeeded
        agreed, seen = agreed_now, seen_now


async def _absent_alike(api: Api, world: World, agreed: Consents, seen: Sight, turn: int) -> None:
    """Who blocks v, whom v blocks, who closed and who never was: v gets the same bytes of all.

    One mutation is tried at a time, on one of the absent, in turn.
    """
    unseen = agreed.blocked | agreed.blocking
    assert not [fact for fact in seen if fact[0] == "present" and fact[1] in unseen]
    gone = [other.person for other in world.others if other.id in unseen] + [world.closed]
    named = [(one.id, one.handle) for one in gone]
    named += [(ids.encode("Member", world.unknown), "never-was-here"), ("no-id-at-all", "\u00e4")]
    for field, answers in zip(
        _ABSENT, await asked_of(api, world.v, "query", _ABSENT, named), strict=True
    ):
        assert set(answers) in ({b"null"}, {b"[null]"}), (field, answers)
    mutation = MEMBER_MUTATIONS[turn % len(MEMBER_MUTATIONS)]
    tried = [named[turn % len(gone)][0], ids.encode("Member", world.unknown)]
    # One's own block is one's own to repeat.
    kept = [key for key in tried if not (mutation == "blockMember" and key in agreed.blocked)]
    refused = set(await tried_on(api, world, mutation, kept))
    assert len(refused) == 1, (mutation, refused)
    assert b'"code":"NOT_FOUND"' in refused.pop()
