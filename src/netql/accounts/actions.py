"""The door in: signing up, in and out, refreshing, closing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from netql.accounts import sessions
from netql.accounts.events import AccountClosed
from netql.accounts.models import Account
from netql.clock import now
from netql.errors import Interrupted, Refused
from netql.events.idempotency import Once, Outcome, check_key, key_reused
from netql.events.recording import forget_log, record
from netql.ids import new_id
from netql.infra import passwords
from netql.infra.database import execute, fetch_one, transaction
from netql.infra.passing import persistently
from netql.infra.tokens import Signer
from netql.members.actions import close_member, create_member, hold_open
from netql.settings import Settings, SignUp
from netql.viewer import Viewer

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 200
_SIGN_UP = "signUp"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a client gets to act as a member: `expires_in` is the access token's, in seconds."""

    viewer: Viewer
    access_token: str
    refresh_token: str
    expires_in: int


class Accounts:
    """The actions on accounts, with the key and the lifetimes that they need."""

    def __init__(self, settings: Settings, signer: Signer) -> None:
        self._settings = settings
        self.signer = signer
        self._refresh_lifetime = timedelta(days=settings.refresh_token_days)

    async def sign_up(
        self, handle: str, name: str, password: str, idempotency_key: str | None = None
    ) -> SignedIn:
        """Make a member with an account, signed in.

        Raises Refused SIGN_UP_CLOSED, PASSWORD_TOO_SHORT, PASSWORD_TOO_LONG, TEXT_INVALID, an
        idempotency code, or as `create_member` does. Whoever has no name here yet has no keys
        either: a key is the new member's own, and tells a repeat by its handle and password.
        """
        if self._settings.sign_up is SignUp.CLOSED:
            raise Refused("SIGN_UP_CLOSED", "This network takes no sign-ups. Ask its operator.")
        try:
            member_id = await create_account(handle, name, password, idempotency_key)
        except Refused as refusal:
            if refusal.code != "HANDLE_TAKEN" or idempotency_key is None:
                raise
            earlier = await _made_before(handle, name, password, idempotency_key)
            if earlier is None:
                raise
            member_id = earlier
        return await self._sign_in_joined(member_id)

    async def _sign_in_joined(self, member_id: UUID) -> SignedIn:
        """Sign in who has just been made, a few times by itself: were the whole of it tried again,
        the name would be taken."""
        try:
            return await persistently(lambda: self._sign_in(member_id))
        except Interrupted:
            raise Interrupted(undone=False) from None

    async def sign_in(self, handle: str, password: str) -> SignedIn:
        """Raises Refused CREDENTIALS_WRONG, whichever of the two is wrong, after equal work."""
        row = await fetch_one(
            "SELECT a.member_id, a.password_hash FROM accounts a JOIN members m"
            " ON m.id = a.member_id WHERE m.handle = $1 AND m.closed_at IS NULL",
            _searchable(handle),
        )
        # A password that cannot be right still costs its hash, cut to a length that is bounded.
        given = _encodable(password)[:LONGEST_PASSWORD]
        right = await passwords.matches(given, row["password_hash"] if row else None)
        if row is None or not right or given != password:
            raise Refused("CREDENTIALS_WRONG", "Handle or password is wrong.")
        return await self._sign_in(row["member_id"])

    async def _sign_in(self, member_id: UUID) -> SignedIn:
        async with transaction():
            session_id = await sessions.start(member_id)
            refresh = await sessions.issue(session_id, self._refresh_lifetime)
        return self._signed_in(member_id, session_id, refresh)

    async def refresh(self, token: str) -> SignedIn:
        """Trade a refresh token for a new pair. Raises Refused REFRESH_TOKEN_INVALID.

        A token that comes again after its grace was stolen, by the first or by the second who
        used it: the whole family ends.
        """
        grace = timedelta(seconds=self._settings.refresh_grace_seconds)
        async with transaction():
            session = await sessions.redeem(_encodable(token), grace)
            if session is not None:
                refresh = await sessions.issue(session.id, self._refresh_lifetime)
        # Raised outside of the transaction: that a reused token ended its family must stay.
        if session is None:
            raise Refused("REFRESH_TOKEN_INVALID", "Sign in again.", ("refreshToken",))
        return self._signed_in(session.member_id, session.id, refresh)

    def _signed_in(self, member_id: UUID, session_id: UUID, refresh: str) -> SignedIn:
        return SignedIn(
            Viewer(member_id, session_id),
            self.signer.sign(member_id, session_id),
            refresh,
            self._settings.access_token_seconds,
        )


async def create_account(
    handle: str, name: str, password: str, idempotency_key: str | None = None
) -> UUID:
    """A member with a password, whoever asks. Raises Refused as `sign_up` does."""
    check_key(idempotency_key)
    if _encodable(password) != password:
        raise Refused("TEXT_INVALID", "A password may not hold such characters.", ("password",))
    if len(password) > LONGEST_PASSWORD:
        raise Refused(
            "PASSWORD_TOO_LONG",
            f"A password has {LONGEST_PASSWORD} characters at most.",
            ("password",),
        )
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(
            "PASSWORD_TOO_SHORT",
            f"A password has {SHORTEST_PASSWORD} characters or more.",
            ("password",),
        )
    # Hashing takes long: it is done before the transaction, not inside it.
    password_hash = await passwords.hashed(password)
    async with transaction():
        member_id = await create_member(handle, name)
        await Account.create(
            id=new_id(), member_id=member_id, password_hash=password_hash, created_at=now()
        )
        once = Once(member_id, _SIGN_UP, idempotency_key)
        await once.claim(handle.lower(), name.strip())
        await once.keep(Outcome("made", {}))
    return member_id


async def _made_before(handle: str, name: str, password: str, key: str) -> UUID | None:
    """The member whom this very call made before; None if it did not.

    Without the password that was chosen then, it did not, whatever the key. Raises Refused
    IDEMPOTENCY_KEY_REUSED where only the name differs.
    """
    row = await fetch_one(
        "SELECT a.member_id, a.password_hash FROM accounts a JOIN members m"
        " ON m.id = a.member_id WHERE m.handle = $1 AND m.closed_at IS NULL",
        _searchable(handle),
    )
    if row is None:
        return None
    once = Once(row["member_id"], _SIGN_UP, key)
    fits = await once.fits(handle.lower(), name.strip())
    # Passwords are tried only by who knows the key.
    if fits is None or not await passwords.matches(password, row["password_hash"]):
        return None
    if not fits:
        raise key_reused()
    return UUID(str(row["member_id"]))


async def sign_out(viewer: Viewer) -> None:
    """End the sign-in that the viewer's token belongs to; its refresh tokens die with it."""
    if viewer.session_id is not None:
        async with transaction():
            await sessions.end(viewer.session_id)


async def close_account(viewer: Viewer, password: str) -> None:
    """Leave for good. Raises Refused CREDENTIALS_WRONG."""
    member_id = viewer.member_id
    assert member_id is not None
    row = await fetch_one("SELECT password_hash FROM accounts WHERE member_id = $1", member_id)
    given = _encodable(password)[:LONGEST_PASSWORD]
    right = await passwords.matches(given, row["password_hash"] if row else None)
    if not right or given != password:
        raise Refused("CREDENTIALS_WRONG", "The password is wrong.", ("password",))
    async with transaction():
        await hold_open(viewer)
        await close_member(member_id)
        await execute("DELETE FROM accounts WHERE member_id = $1", member_id)
        await sessions.end_all(member_id)
        await forget_log(member_id)
        await execute("DELETE FROM idempotency_keys WHERE member_id = $1", member_id)
        await record(AccountClosed(member_id))


async def token_for(signer: Signer, handle: str) -> str | None:
    """An access token for a member by handle, of a session of its own; None if there is none.

    For the operator at the command line and for the demo: no password is asked.
    """
    row = await fetch_one(
        "SELECT id FROM members WHERE handle = $1 AND closed_at IS NULL", _searchable(handle)
    )
    if row is None:
        return None
    return signer.sign(row["id"], await sessions.start(row["id"]))


def _encodable(text: str) -> str:
    """The text without what can be neither hashed nor stored."""
    return text.encode("utf-8", "ignore").decode().replace("\0", "")


def _searchable(handle: str) -> str:
    return handle.lower() if handle.isascii() and "\0" not in handle else ""
