"""The alarm hears what goes over sockets, and what is logged when all of it is asked for."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any

import pytest

from netql.privacy.audience import Audience
from netql.privacy.fields import ProfileField
from tests.canary import CANARIES, Leak
from tests.live.client import GraphQLSocket
from tests.live.inside import Live
from tests.live.server import running
from tests.people import People
from tests.processes import environment

PHONE = "query Phone($id: ID!) { node(id: $id) { ... on Member { phone } } }"


async def test_the_alarm_listens_to_every_frame(live: Live, people: People) -> None:
    eve = await people.member()
    audiences = {ProfileField.PHONE: Audience.MEMBERS}
    ben = await people.member("Ben Brook", phone="+4930901841", audiences=audiences)
    async with live.socket(eve) as socket:
        heard = CANARIES.seen
        assert (await socket.run(PHONE, id=ben.id))["node"] == {"phone": "+4930901841"}
        assert CANARIES.seen == heard + 1


class _Line:
    """The other end of a socket that says what it is told to."""

    def __init__(self, *frames: str) -> None:
        self._frames = deque(frames)

    async def send(self, _: str) -> None:
        pass

    async def recv(self) -> str:
        return self._frames.popleft()


async def test_the_alarm_cries_at_a_frame_that_shows_too_much(people: People) -> None:
    eve = await people.member()
    ben = await people.member("Ben Brook", phone="+4930901842")
    told = '{"type": "next", "payload": {"data": {"phone": "+4930901842"}}}'
    for person, cries in ((ben, False), (eve, True), (None, True)):
        line: Any = _Line('{"type": "connection_ack"}', told)
        socket = GraphQLSocket(line, heard=True)
        await socket.init(person and {"authorization": f"Bearer {person.token}"})
        if cries:
            with pytest.raises(Leak, match=str(ben.key)):
                await socket.receive()
        else:
            await socket.receive()


def test_no_value_is_logged_at_debug(tmp_path: Path) -> None:
    database = f"sqlite://{tmp_path}/netql.db"
    told = environment(database, tmp_path, sign_up="open", log_level="debug")
    with running(told, tmp_path, "serve") as server:
        olga = server.member("olga")
        server.ask(
            'mutation { updateProfile(input: {phone: "+4930901843"}) { viewer { phone } } }',
            olga.token,
        )
    log = server.log.read_text()
    assert "+4930901843" not in log
    # Of passwords only hashes are kept, and those are nobody's to read either.
    assert "argon2" not in log
