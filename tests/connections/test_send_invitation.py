"""Sending: who may invite whom, what it says, and when two invitations make a connection."""

from __future__ import annotations

from datetime import timedelta

import pytest

from netql import ids
from tests.api import Api
from tests.connections.graph import (
    MUTATIONS,
    accept,
    act,
    age,
    codes,
    connected,
    decline,
    remove,
    send,
    sent,
    standing,
    status,
    stored,
    told,
    withdraw,
)
from tests.people import People, Person

PAST_LIFETIME = timedelta(days=181)
COOLDOWN = timedelta(days=21)
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


@pytest.fixture
async def pair(people: People) -> tuple[Person, Person]:
    return await people.member("Ann Ash"), await people.member("Ben Birch", phone="+4930901820")


async def test_it_waits_for_the_invitee_and_tells_them(
    api: Api, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    payload = await send(api, ann, ben, note="  We met in Oslo.  ")
    assert codes(payload) == []
    assert payload["connection"] is None
    assert payload["invitation"] == {
        "id": payload["invitation"]["id"],
        "status": "PENDING",
        "note": "We met in Oslo.",
        "inviter": {"handle": ann.handle},
        "invitee": {"handle": ben.handle},
    }
    assert payload["member"]["phone"] is None
    assert not await connected(api, ann, ben)
    assert (await told(ben), await told(ann)) == (1, 0)
    assert (await standing(api, ann, ben))["sentInvitation"]["status"] == "PENDING"
    assert (await standing(api, ben, ann))["receivedInvitation"]["status"] == "PENDING"


async def test_nobody_invites_themselves(api: Api, pair: tuple[Person, Person]) -> None:
    ann, _ = pair
    before = await stored(ann, ann)
    payload = await send(api, ann, ann)
    assert codes(payload) == ["CANNOT_TARGET_SELF"]
    assert payload["userErrors"][0]["field"] == ["memberId"]
    assert await stored(ann, ann) == before


async def test_a_second_one_meets_the_first(api: Api, pair: tuple[Person, Person]) -> None:
    ann, ben = pair
    await sent(api, ann, ben)
    before = await stored(ann, ben)
    assert codes(await send(api, ann, ben)) == ["ALREADY_PENDING"]
    assert await stored(ann, ben) == before


async def test_connections_need_no_invitation(
    api: Api, people: People, pair: tuple[Person, Person]
) -> None:
    await people.connect(*pair)
    before = await stored(*pair)
    for inviter, invitee in (pair, pair[::-1]):
        assert codes(await send(api, inviter, invitee)) == ["ALREADY_CONNECTED"]
    assert await stored(*pair) == before


async def test_crossing_invitations_connect(api: Api, people: People) -> None:
    ann = await people.member("Ann Ash", phone="+4930901821")
    ben = await people.member("Ben Birch", phone="+4930901820")
    first = await sent(api, ann, ben)
    payload = await send(api, ben, ann)
    assert codes(payload) == []
    assert payload["invitation"]["id"] == first
    assert payload["invitation"]["status"] == "ACCEPTED"
    assert payload["connection"]["member"] == {"handle": ann.handle}
    assert payload["connection"]["connectedAt"] is not None
    assert payload["member"]["phone"] == "+4930901821"
    assert await status(api, ann, first) == "ACCEPTED"
    assert await connected(api, ann, ben)
    seen = await api.run(
        "query ($id: ID!) { member(by: {id: $id}) { phone hiddenFields } }", as_=ann, id=ben.id
    )
    assert seen["member"] == {"phone": "+4930901820", "hiddenFields": []}
    # Meeting an invitation is an answer, not an invitation: it is announced as such.
    assert (await told(ann), await told(ben)) == (2, 3)
    assert len((await stored(ann, ben))["invitations"]) == 1


async def test_inviting_whom_one_declined_is_thinking_again(
    api: Api, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    invitation = await sent(api, ann, ben)
    await decline(api, ben, invitation)
    payload = await send(api, ben, ann)
    assert codes(payload) == []
    assert payload["invitation"]["id"] == invitation
    assert payload["connection"] is not None
    assert await connected(api, ann, ben)


async def test_an_expired_one_is_in_nobodys_way(api: Api, pair: tuple[Person, Person]) -> None:
    ann, ben = pair
    old = await sent(api, ann, ben)
    await age(ann, ben, PAST_LIFETIME)
    payload = await send(api, ben, ann)
    assert codes(payload) == []
    assert payload["connection"] is None
    assert payload["invitation"]["id"] != old
    assert payload["invitation"]["status"] == "PENDING"
    assert [await status(api, reader, old) for reader in pair] == ["EXPIRED", "EXPIRED"]
    open_rows = [row for row in (await stored(ann, ben))["invitations"] if row["open"]]
    assert len(open_rows) == 1


async def test_who_let_it_expire_and_who_sent_it_may_both_send(api: Api, people: People) -> None:
    for sends_again in (0, 1):
        pair = [await people.member(), await people.member()]
        await sent(api, pair[0], pair[1])
        await age(pair[0], pair[1], PAST_LIFETIME)
        payload = await send(api, pair[sends_again], pair[1 - sends_again])
        assert codes(payload) == []
        assert payload["invitation"]["status"] == "PENDING"


async def test_after_withdrawing_one_waits_and_the_other_need_not(api: Api, people: People) -> None:
    ann, ben = await people.member(), await people.member()
    await withdraw(api, ann, await sent(api, ann, ben))
    before = await stored(ann, ben)
    refused = await send(api, ann, ben)
    assert codes(refused) == ["COOLDOWN"]
    assert await stored(ann, ben) == before
    await age(ann, ben, COOLDOWN - timedelta(minutes=1))
    assert codes(await send(api, ann, ben)) == ["COOLDOWN"]
    await age(ann, ben, timedelta(minutes=2))
    assert codes(await send(api, ann, ben)) == []

    cat, dan = await people.member(), await people.member()
    await withdraw(api, cat, await sent(api, cat, dan))
    assert codes(await send(api, dan, cat)) == []
    # Their waiting was for a new wish; meeting the other's is none.
    met = await send(api, cat, dan)
    assert codes(met) == []
    assert met["connection"] is not None


async def test_who_removed_the_other_may_invite_at_once_and_the_removed_waits(
    api: Api, people: People
) -> None:
    ann, ben = await people.member(), await people.member()
    await people.connect(ann, ben)
    assert codes(await remove(api, ann, ben)) == []
    before = await stored(ann, ben)
    assert codes(await send(api, ben, ann)) == ["COOLDOWN"]
    assert await stored(ann, ben) == before
    assert codes(await send(api, ann, ben)) == []
    met = await send(api, ben, ann)
    assert met["connection"] is not None

    cat, dan = await people.member(), await people.member()
    await people.connect(cat, dan)
    await remove(api, cat, dan)
    await age(cat, dan, COOLDOWN + timedelta(minutes=1))
    assert codes(await send(api, dan, cat)) == []


async def test_three_invitations_within_a_year_and_no_more(
    api: Api, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    for _ in range(3):
        await withdraw(api, ann, await sent(api, ann, ben))
        await age(ann, ben, COOLDOWN + timedelta(days=1))
    before = await stored(ann, ben)
    assert codes(await send(api, ann, ben)) == ["COOLDOWN"]
    assert await stored(ann, ben) == before
    # The other direction has a count of its own.
    assert codes(await send(api, ben, ann)) == []
    await withdraw(api, ben, (await standing(api, ben, ann))["sentInvitation"]["id"])
    # The first of the three is 66 days old; when it is a year old it counts no more.
    await age(ann, ben, timedelta(days=365 - 66 - 1))
    assert codes(await send(api, ann, ben)) == ["COOLDOWN"]
    await age(ann, ben, timedelta(days=2))
    assert codes(await send(api, ann, ben)) == []


@pytest.mark.parametrize(
    "note",
    [FAMILY * 300, "e\u0301" * 300, "\U0001f1e9\U0001f1ea" * 300, "a" * 300, " " * 50 + "a" * 300],
    ids=["families", "accents", "flags", "letters", "space around"],
)
async def test_a_note_may_have_300_characters_as_people_count(
    api: Api, pair: tuple[Person, Person], note: str
) -> None:
    ann, ben = pair
    before = await stored(ann, ben)
    refused = await send(api, ann, ben, note=note + "x")
    assert codes(refused) == ["TEXT_TOO_LONG"]
    assert refused["userErrors"][0]["field"] == ["note"]
    assert refused["invitation"] is None
    assert await stored(ann, ben) == before
    assert codes(await send(api, ann, ben, note=note)) == []


@pytest.mark.parametrize("note", [None, "", "   \n\t "])
async def test_a_note_of_nothing_is_no_note(
    api: Api, pair: tuple[Person, Person], note: str | None
) -> None:
    payload = await send(api, *pair, note=note)
    assert codes(payload) == []
    assert payload["invitation"]["note"] is None


async def test_a_note_with_nul_is_refused(api: Api, pair: tuple[Person, Person]) -> None:
    before = await stored(*pair)
    refused = await send(api, *pair, note="before\0after")
    assert codes(refused) == ["TEXT_INVALID"]
    assert refused["userErrors"][0]["field"] == ["note"]
    assert await stored(*pair) == before
    assert codes(await send(api, *pair, note="before after")) == []


@pytest.mark.parametrize("where", ["variable", "document"])
async def test_a_note_with_half_a_character_never_gets_in(
    api: Api, pair: tuple[Person, Person], where: str
) -> None:
    """Half of a surrogate pair is no text: it can be written in JSON and in GraphQL, as an
    escape, and must be a mistake of the request in both."""
    ann, ben = pair
    before = await stored(ann, ben)
    if where == "variable":
        variables = f'{{"input": {{"memberId": "{ben.id}", "note": "\\ud800"}}}}'
        query = MUTATIONS["sendInvitation"]
    else:
        variables = "{}"
        query = (
            f'mutation {{ sendInvitation(input: {{memberId: \\"{ben.id}\\",'
            ' note: \\"\\\\ud800\\"}) { userErrors { code } } }'
        )
    response = await api.http.post(
        "/graphql",
        content=f'{{"query": "{query}", "variables": {variables}}}'.encode(),
        headers={"authorization": f"Bearer {ann.token}", "content-type": "application/json"},
    )
    assert response.status_code < 500
    answer = response.json()
    assert answer.get("data") is None or answer["data"]["sendInvitation"]["userErrors"] == [
        {"code": "TEXT_INVALID"}
    ]
    assert all(
        error["extensions"]["code"] in ("BAD_REQUEST", "BAD_USER_INPUT", "GRAPHQL_PARSE_FAILED")
        for error in answer.get("errors", [])
    )
    assert await stored(ann, ben) == before


async def test_ids_that_are_no_member_are_not_found_alike(
    api: Api, people: People, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    invitation = await sent(api, ben, await people.member())
    unknown = ids.encode("Member", ids.new_id())
    expected = await act(api, "sendInvitation", ann, memberId=unknown)
    assert codes(expected) == ["NOT_FOUND"]
    for given in ("", "x", "\u2603", "=" * 40, "A" * 5000, invitation, ben.id + "=", ben.id[:-1]):
        assert await act(api, "sendInvitation", ann, memberId=given) == expected
    assert (await stored(ann, ben))["invitations"] == []


async def test_a_guest_is_asked_to_sign_in(api: Api, pair: tuple[Person, Person]) -> None:
    _, ben = pair
    answer = await api.answer(MUTATIONS["sendInvitation"], input={"memberId": ben.id})
    assert answer["data"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]
    assert await told(ben) == 0


async def test_what_the_client_calls_it_comes_back(api: Api, pair: tuple[Person, Person]) -> None:
    query = """mutation ($input: SendInvitationInput!) { sendInvitation(input: $input) {
      clientMutationId userErrors { code } } }"""
    for code in ([], [{"code": "ALREADY_PENDING"}]):
        given = {"memberId": pair[1].id, "clientMutationId": "tick"}
        payload = (await api.run(query, as_=pair[0], input=given))["sendInvitation"]
        assert payload == {"clientMutationId": "tick", "userErrors": code}


async def test_a_new_one_after_a_connection_ended_is_a_new_row(
    api: Api, people: People, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    first = await sent(api, ann, ben)
    await accept(api, ben, first)
    await remove(api, ann, ben)
    second = await sent(api, ann, ben)
    assert second != first
    assert await status(api, ann, first) == "ACCEPTED"
    assert await status(api, ben, second) == "PENDING"
