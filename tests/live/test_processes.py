"""netql in processes of its own: the whole story, two of them on one database, and the end."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import asyncpg
import pytest

from netql import ids
from netql.clock import now
from netql.infra.sql import utc_text
from tests.conftest import DATABASE
from tests.live.client import PATIENCE, Frame, GraphQLSocket, Stream, socket_of
from tests.live.inside import INVITATIONS
from tests.live.server import Member, Server, running
from tests.live.streams import EVENTS, PARTS, asking
from tests.processes import command

SEND = """mutation Send($id: ID!, $note: String) {
  sendInvitation(input: {memberId: $id, note: $note}) { invitation { id } userErrors { code } } }"""
ACCEPT = """mutation Accept($id: ID!) { acceptInvitation(input: {invitationId: $id}) {
  connection { member { handle } } userErrors { code } } }"""
WITHDRAW = """mutation Withdraw($id: ID!) { withdrawInvitation(input: {invitationId: $id}) {
  userErrors { code } } }"""
PHONE = "query Phone($id: ID!) { node(id: $id) { ... on Member { handle phone } } }"


def invite(server: Server, inviter: Member, invitee: Member, note: str | None = None) -> str:
    sent = server.ask(SEND, inviter.token, id=invitee.id, note=note)["sendInvitation"]
    assert sent["userErrors"] == [], sent
    invitation: str = sent["invitation"]["id"]
    return invitation


@asynccontextmanager
async def listening(
    server: Server, member: Member, herald: Member, after: str | None = None
) -> AsyncIterator[tuple[GraphQLSocket, Stream, str]]:
    """A socket on which the member's invitations come, and the stream's newest cursor.

    Nothing in the protocol says when a subscription has begun to listen. So a herald invites
    and withdraws until the first event is there; one that is late may be followed by others, of
    which a last invitation marks the end.
    """
    async with socket_of(server.url, member.token) as socket:
        stream = await socket.start(INVITATIONS, after=after)
        first = asyncio.create_task(stream.event())
        async with asyncio.timeout(PATIENCE):
            while not first.done():
                invitation = await asyncio.to_thread(invite, server, herald, member)
                await asyncio.wait([first], timeout=0.2)
                await asyncio.to_thread(server.ask, WITHDRAW, herald.token, id=invitation)
            last = await asyncio.to_thread(invite, server, herald, member)
            event = await first
            while event["invitation"] is None or event["invitation"]["id"] != last:
                event = await stream.event()
            await asyncio.to_thread(server.ask, WITHDRAW, herald.token, id=last)
        yield socket, stream, event["cursor"]


async def test_the_story_of_an_invitation(
    server: Server, serving_environment: dict[str, str], serving_directory: Path
) -> None:
    made = command(
        serving_environment,
        serving_directory,
        *("add-member", "eve.story", "--name", "Eve Ellery", "--password", "long enough"),
    )
    assert "eve.story can sign in now" in made
    token = command(serving_environment, serving_directory, "token", "eve.story").strip()
    eve = server.known("eve.story", token)
    ben, herald = server.member("ben.story"), server.member("herald.story")
    server.ask(
        'mutation { updateProfile(input: {phone: "+49 30 901820"}) { userErrors { code } } }',
        ben.token,
    )
    assert server.ask(PHONE, ben.token, id=ben.id)["node"]["phone"] == "+4930901820"
    assert server.ask(PHONE, eve.token, id=ben.id)["node"]["phone"] is None
    async with listening(server, ben, herald) as (socket, stream, _):
        sent = await asyncio.to_thread(invite, server, eve, ben, "Shall we talk?")
        event = await stream.event()
        assert event["invitation"]["note"] == "Shall we talk?"
        assert event["invitation"]["inviter"]["handle"] == "eve.story"
        assert event["invitation"]["id"] == sent
        accepted = (await socket.run(ACCEPT, id=sent))["acceptInvitation"]
        assert accepted["connection"] == {"member": {"handle": "eve.story"}}
    assert server.ask(PHONE, eve.token, id=ben.id)["node"]["phone"] == "+4930901820"


@pytest.mark.skipif(DATABASE == "sqlite", reason="a SQLite database is one process's")
async def test_an_invitation_sent_through_another_process_arrives(
    server: Server, serving_environment: dict[str, str], serving_directory: Path
) -> None:
    ben, eve, herald = [server.member(f"{name}.two") for name in ("ben", "eve", "herald")]
    with running(serving_environment, serving_directory, "serve") as other:
        async with listening(server, ben, herald) as (_, stream, cursor):
            sent = await asyncio.to_thread(invite, other, eve, ben, "From next door")
            event = await stream.event()
            assert (event["invitation"]["id"], event["pendingCount"]) == (sent, 1)
        # And the stream goes on in the other process, from the first one's cursor.
        async with socket_of(other.url, ben.token) as socket:
            resumed = await socket.start(INVITATIONS, after=cursor)
            assert (await resumed.event())["cursor"] == event["cursor"]


async def test_a_server_with_open_sockets_stops_at_once(
    serving_environment: dict[str, str], serving_directory: Path, tmp_path: Path
) -> None:
    # Of its grace a machine that is busy with other tests may need more than usual.
    grace = {"NETQL_GRACE_SECONDS": "30"}
    settings = {**serving_environment, **_own_database(tmp_path), **grace}
    with running(settings, tmp_path, "serve") as server:
        ben, herald = server.member("ben.stop"), server.member("herald.stop")
        async with (
            listening(server, ben, herald) as (listener, _, cursor),
            socket_of(server.url, None) as idle,
            socket_of(server.url, ben.token) as resumed,
            asking(server.url, INVITATIONS, EVENTS, ben.token) as events,
            asking(server.url, INVITATIONS, PARTS, ben.token, after=cursor) as parts,
        ):
            await resumed.start(INVITATIONS, after=cursor)
            took = asyncio.create_task(asyncio.to_thread(server.stop))
            codes = [await one.close_code() for one in (listener, idle, resumed)]
            # Their bodies end in good order, but they are not complete.
            assert await events.until(b"complete") == b":\n\n"
            assert await parts.until(b"--graphql--") == b"\r\n--graphql"
            assert events.ended
            assert parts.ended
            assert await took < 20
    # Going away or restarting, but not cut off.
    assert set(codes) <= {1001, 1012}
    log = server.log.read_text()
    assert "Traceback" not in log
    assert "without completing" not in log
    assert "timeout graceful shutdown exceeded" not in log


async def test_a_session_that_ends_elsewhere_ends_sockets_and_streams_within_a_second(
    server: Server, serving_environment: dict[str, str]
) -> None:
    """Nobody tells the process: it looks, twice a second."""
    for number in range(3):
        took, slowest = await _until_it_was_seen(server, serving_environment, number)
        # Half a second between two looks, and the rest for a machine that is busy with other tests:
        # the more of it, the longer others wait for their answers, too.
        assert took < 1.5 + 5 * slowest


async def _until_it_was_seen(
    server: Server, env: dict[str, str], number: int
) -> tuple[float, float]:
    """Seconds until everything of somebody had ended whose sign-in had; and how many of them
    somebody else waited for an answer meanwhile, at most."""
    ben, eve = [server.member(f"{name}.elsewhere.{number}") for name in ("ben", "eve")]
    async with (
        socket_of(server.url, ben.token) as socket,
        socket_of(server.url, eve.token) as other,
        asking(server.url, INVITATIONS, EVENTS, ben.token) as stream,
    ):
        await socket.start(INVITATIONS)
        assert await socket.alive()
        ended = await _end_by_hand(env["NETQL_DATABASE_URL"], ben)
        enough = asyncio.Event()
        slowest = asyncio.create_task(_slowest_answer(other, enough))
        began = time.monotonic()
        assert ended == 1
        assert await socket.close_code() == 4403
        [error] = (await stream.answer())["errors"]
        assert error["extensions"]["code"] == "UNAUTHENTICATED"
        assert await stream.event() == ("complete", None)
        took = time.monotonic() - began
        enough.set()
        waited = await slowest
        assert await other.alive()
    return took, waited


async def _slowest_answer(socket: GraphQLSocket, enough: asyncio.Event) -> float:
    """Seconds that the slowest answer of many took, until there were enough."""
    slowest = 0.0
    while not enough.is_set():
        began = time.monotonic()
        await socket.run("{ viewer { handle } }")
        slowest = max(slowest, time.monotonic() - began)
        await asyncio.sleep(0.02)
    return slowest


async def _end_by_hand(url: str, member: Member) -> int:
    """End the member's sessions in the database, past every process; how many there were."""
    text = "UPDATE sessions SET ended_at = $2 WHERE member_id = $1 AND ended_at IS NULL"
    decoded, moment = ids.decode(member.id), now()
    assert decoded is not None
    key = decoded[1]
    if DATABASE == "sqlite":
        with closing(sqlite3.connect(url.removeprefix("sqlite://"), timeout=10)) as database:
            given = (str(key), utc_text(moment))
            done = database.execute(text.replace("$1", "?1").replace("$2", "?2"), given).rowcount
            database.commit()
            return done
    connection = await asyncpg.connect(url)
    try:
        return int((await connection.execute(text, key, moment)).split()[1])
    finally:
        await connection.close()


@pytest.mark.long
async def test_a_client_that_does_not_answer_does_not_keep_the_server_from_stopping(
    serving_environment: dict[str, str], tmp_path: Path
) -> None:
    settings = {**serving_environment, **_own_database(tmp_path)}
    with running(settings, tmp_path, "serve") as server:
        port = int(server.url.rpartition(":")[2])
        _, half = await asyncio.open_connection("127.0.0.1", port)
        half.write(b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n")
        half.write(b'Content-Type: application/json\r\n\r\n{"query":')
        await half.drain()
        assert server.get("/healthz").status_code == 200
        assert await asyncio.to_thread(server.stop) < 7
        half.close()


async def test_no_token_stands_in_the_log(server: Server) -> None:
    ben = server.member("ben.log")
    async with socket_of(server.url, ben.token) as socket:
        frame: Frame = await (await socket.start("{ viewer { handle } }")).frame()
        assert frame["payload"]["data"]["viewer"]["handle"] == "ben.log"
    server.get("/graphql", authorization=f"Bearer {ben.token}")
    log = server.log.read_text()
    assert "/graphql" in log
    assert not re.search(r"eyJ[\w-]+\.", log)


def _own_database(directory: Path) -> dict[str, str]:
    """A SQLite database is one process's: a second server takes one of its own."""
    return {"NETQL_DATABASE_URL": f"sqlite://{directory}/netql.db"} if DATABASE == "sqlite" else {}
