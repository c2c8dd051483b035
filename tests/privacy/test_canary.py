"""The alarm itself: what it must cry at, and what it must let pass."""

from __future__ import annotations

import logging

import pytest

from netql.members import actions as members
from netql.privacy.audience import Audience
from netql.privacy.fields import ProfileField
from tests import canary
from tests.api import Api
from tests.canary import CANARIES, Leak
from tests.people import People, Person

PHONE = ProfileField.PHONE


async def owner_of_a_canary(people: People, audience: Audience) -> tuple[Person, str]:
    owner = await people.member("Olga Owner", audiences={PHONE: audience})
    value: str = CANARIES.value("PhoneNumber", owner.key, "phone")
    await members.update_profile(owner.viewer, {"phone": value})
    return owner, value


@pytest.mark.parametrize("audience", list(Audience)[:4])
async def test_the_alarm_knows_who_may_see_a_value(people: People, audience: Audience) -> None:
    owner, value = await owner_of_a_canary(people, audience)
    near, far, stranger = await people.several(3)
    await members.set_field_audience(owner.viewer, ProfileField.CONNECTIONS, Audience.MEMBERS)
    await people.connect(owner, near)
    await people.connect(near, far)
    rungs = {
        owner.key: Audience.ONLY_ME,
        near.key: Audience.CONNECTIONS,
        far.key: Audience.EXTENDED,
        stranger.key: Audience.MEMBERS,
        None: Audience.PUBLIC,
    }
    for viewer, rung in rungs.items():
        if audience >= rung:
            await canary.check(viewer, f'{{"phone": "{value}"}}')
        else:
            with pytest.raises(Leak, match=str(owner.key)):
                await canary.check(viewer, f'{{"phone": "{value}"}}')


async def test_the_alarm_cries_when_the_owner_blocked_the_viewer(people: People) -> None:
    owner, value = await owner_of_a_canary(people, Audience.MEMBERS)
    viewer = await people.member()
    await canary.check(viewer.key, value)
    await people.block(owner, viewer)
    with pytest.raises(Leak):
        await canary.check(viewer.key, value)


async def test_the_alarm_listens_to_every_answer(api: Api, people: People) -> None:
    owner, value = await owner_of_a_canary(people, Audience.MEMBERS)
    query = "query Q($by: MemberBy!) { member(by: $by) { phone } }"
    heard = CANARIES.seen
    seen = await api.run(query, as_=await people.member(), by={"id": owner.id})
    assert seen == {"member": {"phone": value}}
    assert CANARIES.seen == heard + 1


async def test_values_that_tests_make_up_are_watched_too(api: Api, people: People) -> None:
    await people.member("Olga Owner", about="an unusual sentence about Olga")
    with pytest.raises(Leak):
        await canary.check((await people.member()).key, "... an unusual sentence about Olga ...")
    # Once somebody else writes it, it tells of nobody any more.
    await api.run(
        'mutation { updateProfile(input: {about: "an unusual sentence about Olga"})'
        " { viewer { about } } }",
        as_=await people.member(),
    )
    await canary.check(None, "... an unusual sentence about Olga ...")


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.ERROR])
async def test_a_value_must_not_be_logged(people: People, level: int) -> None:
    _, value = await owner_of_a_canary(people, Audience.MEMBERS)
    alone = logging.getLogger("tests.alone")
    # The run's own ear must not hear this.
    alone.propagate = False
    with pytest.raises(Leak, match="1 log records"), canary.listening(alone.name):
        alone.log(level, "stored %s", value)


async def test_the_run_hears_what_netql_logs_at_debug() -> None:
    for name in ("netql", "netql.api", "netql.errors"):
        assert logging.getLogger(name).isEnabledFor(logging.DEBUG)
