"""What forbids an event that was committed, each as a client asks for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from netql.torture.acting import ask, client_for, command
from netql.torture.people import PASSWORD, Member

BLOCK = "mutation ($id: ID!) { blockMember(input: {memberId: $id}) { userErrors { code } } }"
WITHDRAW = """mutation ($id: ID!) {
  withdrawInvitation(input: {invitationId: $id}) { userErrors { code } } }"""
SIGN_OUT = "mutation { signOut(input: {}) { clientMutationId } }"
REFRESH = """mutation ($refresh: String!) {
  refreshToken(input: {refreshToken: $refresh}) { userErrors { code } } }"""
CLOSE = """mutation ($password: String!) {
  closeAccount(input: {password: $password}) { userErrors { code } } }"""


@dataclass(frozen=True, slots=True)
class Held:
    """An invitation whose event its invitee has not heard yet."""

    inviter: Member
    invitee: Member
    invitation_id: str


@dataclass(frozen=True, slots=True)
class Way:
    """`said` completes: an invitation came that was ... Where it `ends` the invitee's sign-in,
    their sockets close; that takes an account, as it does where its inviter `leaves`."""

    said: str
    forbid: Callable[[str, Held], Awaitable[object]]
    ends: bool = False
    leaves: bool = False


async def _invitee_blocks(url: str, held: Held) -> object:
    return await command(url, held.invitee, BLOCK, id=held.inviter.id)


async def _inviter_blocks(url: str, held: Held) -> object:
    return await command(url, held.inviter, BLOCK, id=held.invitee.id)


async def _withdraws(url: str, held: Held) -> object:
    return await command(url, held.inviter, WITHDRAW, id=held.invitation_id)


async def _inviter_closes(url: str, held: Held) -> object:
    return await command(url, held.inviter, CLOSE, password=PASSWORD)


async def _invitee_closes(url: str, held: Held) -> object:
    return await command(url, held.invitee, CLOSE, password=PASSWORD)


async def _signs_out(url: str, held: Held) -> object:
    return await command(url, held.invitee, SIGN_OUT)


async def _comes_twice(url: str, held: Held) -> object:
    """The refresh token, which ends its family. Raises RuntimeError if it is taken again."""
    refresh = held.invitee.refresh_token
    await command(url, held.invitee, REFRESH, refresh=refresh)
    async with client_for() as client:
        answer = await ask(client, url, held.invitee.token, REFRESH, refresh=refresh)
    codes = [error["code"] for error in answer["data"]["refreshToken"]["userErrors"]]
    if codes != ["REFRESH_TOKEN_INVALID"]:
        raise RuntimeError(f"a refresh token that came twice was answered with {codes}")
    return answer


WAYS = (
    Way("blocked by its invitee", _invitee_blocks),
    Way("blocked by its inviter", _inviter_blocks),
    Way("withdrawn", _withdraws),
    Way("of an inviter who closed their account", _inviter_closes, leaves=True),
    Way("to somebody who signed out", _signs_out, ends=True),
    Way("to somebody whose refresh token came twice", _comes_twice, ends=True),
    Way("to somebody who closed their account", _invitee_closes, ends=True),
)
