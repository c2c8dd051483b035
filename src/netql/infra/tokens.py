"""Access tokens (signed, short) and refresh tokens (random, hashed at rest)."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import tempfile
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import jwt

from netql.clock import now
from netql.errors import ConfigurationError, Unauthenticated

_ALGORITHM = "HS256"
_ISSUER = "netql"
_AUDIENCE = "netql-api"
# Our own tokens have about 300 characters; anything much longer is not one.
_LONGEST = 2048
# Some five megabytes of the latest ones.
_MOST_KNOWN = 10_000


@dataclass(frozen=True, slots=True)
class Claims:
    """Whom an access token speaks for, and which sign-in it came of."""

    member_id: UUID
    session_id: UUID
    expires_at: float


class Signer:
    """Makes and checks access tokens with one key and one algorithm."""

    def __init__(self, key: bytes, lifetime: timedelta) -> None:
        self._key = key
        self._lifetime = lifetime
        # Tokens whose signature was good stay good until they expire.
        self._known: OrderedDict[str, Claims] = OrderedDict()

    def secret_for(self, purpose: str) -> bytes:
        """32 bytes for another purpose than tokens, the same wherever the key is: neither tells
        anything of the other. `purpose` has up to 16 ASCII characters."""
        return hashlib.blake2b(self._key, digest_size=32, person=purpose.encode("ascii")).digest()

    def sign(self, member_id: UUID, session_id: UUID) -> str:
        issued = now()
        return jwt.encode(
            {
                "iss": _ISSUER,
                "aud": _AUDIENCE,
                "sub": str(member_id),
                "sid": str(session_id),
                "iat": issued,
                "exp": issued + self._lifetime,
            },
            self._key,
            algorithm=_ALGORITHM,
        )

    def read(self, token: str) -> Claims:
        """The claims of a token of ours that is still good. Raises Unauthenticated."""
        if len(token) > _LONGEST:
            raise Unauthenticated
        known = self._known.get(token)
        if known is not None:
            if known.expires_at <= time.time():
                del self._known[token]
                raise Unauthenticated
            return known
        claims = self._checked(token)
        self._known[token] = claims
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return claims

    def _checked(self, token: str) -> Claims:
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                issuer=_ISSUER,
                audience=_AUDIENCE,
                options={"require": ["exp", "iat", "sub", "sid", "aud", "iss"]},
            )
            return Claims(UUID(claims["sub"]), UUID(claims["sid"]), float(claims["exp"]))
        except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError):
            raise Unauthenticated from None


def new_refresh_token() -> str:
    """256 random bits; only its hash is ever stored."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the database keeps of a refresh token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def signing_key(path: Path) -> bytes:
    """The key in the file, made with mode 0600 if there is none. Raises ConfigurationError."""
    try:
        if not path.exists():
            _make_key(path)
        if path.is_dir():
            raise ConfigurationError(
                f"NETQL_SIGNING_KEY_FILE: {path} is a directory. Name a file, in it or elsewhere;"
                " it is made if absent."
            )
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ConfigurationError(
                f"NETQL_SIGNING_KEY_FILE: {path} can be read by others. Run: chmod 600 {path}"
            )
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"NETQL_SIGNING_KEY_FILE: {path} must be a file that netql can make or read, "
            f"holding 64 or more hexadecimal digits ({error})."
        ) from error
    if len(key) < 32:
        raise ConfigurationError(
            f"NETQL_SIGNING_KEY_FILE: {path} must hold 64 or more hexadecimal digits."
        )
    return key


def _make_key(path: Path) -> None:
    """Write a new key under another name and link it into place: of several processes that
    start together one wins, and none ever reads half a key."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # made with mode 0600
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32) + "\n")
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)
