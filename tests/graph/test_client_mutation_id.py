"""`clientMutationId` comes back as it was sent, whatever it is; null where it was left out."""

from __future__ import annotations

import pytest

from tests.api import Api
from tests.people import People

# One of each way in which a payload is made.
MUTATIONS = {
    "removeConnection": 'memberId: "x"',
    "applyPrivacyPreset": "preset: BALANCED",
    "signOut": "",
}


@pytest.mark.parametrize("name", MUTATIONS)
@pytest.mark.parametrize("sent", ["", "0", "a key"])
async def test_it_comes_back_as_it_was_sent(api: Api, people: People, name: str, sent: str) -> None:
    text = "mutation($id: String) { %s(input: {%s, clientMutationId: $id}) { clientMutationId } }"
    ann = await people.member()
    done = (await api.answer(text % (name, MUTATIONS[name]), as_=ann, id=sent))["data"]
    assert done == {name: {"clientMutationId": sent}}


@pytest.mark.parametrize("name", MUTATIONS)
async def test_it_is_null_where_it_was_left_out(api: Api, people: People, name: str) -> None:
    text = "mutation { %s(input: {%s}) { clientMutationId } }"
    ann = await people.member()
    done = (await api.answer(text % (name, MUTATIONS[name]), as_=ann))["data"]
    assert done == {name: {"clientMutationId": None}}
