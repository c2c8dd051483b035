"""Settings: read once, from NETQL_* variables, and checked before anything starts."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from difflib import get_close_matches
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import SplitResult, parse_qs, urlsplit, urlunsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from netql.errors import ConfigurationError

_PREFIX = "NETQL_"
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*\Z")
_HOST = re.compile(r"(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])\Z")
_PORT = re.compile(r":[0-9]{1,5}\Z")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_VALKEYS = ("valkey", "valkeys", "redis", "rediss")
_BUSES = ("postgres", "postgresql", *_VALKEYS)
_RESERVED = "a name or password in it has / ? # or @, which are written %2F %3F %23 %40"


class SignUp(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class SchemaFor(StrEnum):
    EVERYBODY = "everybody"
    MEMBERS = "members"


class TrustedMode(StrEnum):
    """Which texts run: any; any, but those that are not trusted are noted; trusted ones only."""

    OPEN = "open"
    PREFERRED = "preferred"
    ONLY = "only"


class LogLevel(StrEnum):
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Settings(BaseSettings):
    """Every knob of a netql process. Lifetimes and waits are in the unit that the name says."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="ignore", frozen=True)

    database_url: str = Field(
        "sqlite://netql.db",
        description="sqlite://PATH, or postgres://USER:PASSWORD@HOST:PORT/NAME",
    )
    database_connections: Annotated[int, Field(ge=1, le=500)] = Field(
        10, description="connections to PostgreSQL per process"
    )
    database_patience: Annotated[float, Field(gt=0, le=60)] = Field(
        5.0, description="seconds to wait for a free connection before refusing"
    )
    host: str = Field("127.0.0.1", description="address to listen on")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(
        8000, description="port to listen on, 0 to 65535; 0 picks a free one"
    )
    origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="origins of pages elsewhere that may use netql, such as"
        " https://app.example, separated by commas",
    )
    hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="names without ports that netql may be called by, such as api.example,"
        " separated by commas; any if empty",
    )
    grace_seconds: Annotated[float, Field(ge=3, le=300)] = Field(
        5.0, description="longest time from SIGTERM to the end of the process, 3 to 300"
    )
    drain_seconds: Annotated[float, Field(ge=0, le=60)] = Field(
        0.5,
        description="how long after SIGTERM everything is still served, while /readyz says 503;"
        " at least 2 seconds less than NETQL_GRACE_SECONDS",
    )
    workers: Annotated[int, Field(ge=1, le=64)] = Field(
        1, description="processes that serve; more than one needs PostgreSQL"
    )
    signing_key_file: Path = Field(
        Path("netql.key"), description="file with the key that signs access tokens; made if absent"
    )
    sign_up: SignUp = Field(SignUp.CLOSED, description="open or closed")
    access_token_seconds: Annotated[int, Field(ge=30, le=3600)] = Field(
        600, description="lifetime of an access token"
    )
    refresh_token_days: Annotated[int, Field(ge=1, le=365)] = Field(
        30, description="lifetime of a refresh token"
    )
    refresh_grace_seconds: Annotated[int, Field(ge=0, le=120)] = Field(
        10, description="how long a used refresh token may come again before its family ends"
    )
    invitation_days: Annotated[int, Field(ge=1, le=3650)] = Field(
        180, description="lifetime of an invitation"
    )
    invitation_note_length: Annotated[int, Field(ge=0, le=5000)] = Field(
        300, description="longest note of an invitation, in characters as people count them"
    )
    cooldown_days: Annotated[int, Field(ge=0, le=365)] = Field(
        21, description="days to wait after a withdrawn invitation or a lost connection"
    )
    invitations_per_pair_and_year: Annotated[int, Field(ge=1, le=100)] = Field(
        3, description="invitations from one member to another within 365 days"
    )
    connection_limit: Annotated[int, Field(ge=1)] = Field(
        30_000, description="connections that one member may hold"
    )
    event_poll_seconds: Annotated[float, Field(gt=0, le=60)] = Field(
        5.0, description="longest delay of an event whose wake-up was lost"
    )
    sockets_per_member: Annotated[int, Field(ge=1, le=1000)] = Field(
        10, description="sockets that one member may hold open in a process, 1 to 1000"
    )
    operations_per_socket: Annotated[int, Field(ge=1, le=1000)] = Field(
        20, description="operations that run at a time on one socket, 1 to 1000"
    )
    socket_message_bytes: Annotated[int, Field(ge=1024, le=16 * 1024 * 1024)] = Field(
        256 * 1024, description="largest message on a socket, in bytes, 1024 to 16777216"
    )
    streams_per_member: Annotated[int, Field(ge=1, le=1000)] = Field(
        50,
        description="subscriptions over HTTP that one member may hold open in a process, 1 to 1000",
    )
    heartbeat_seconds: Annotated[float, Field(gt=0, le=300)] = Field(
        12.0, description="seconds between signs of life on a stream over HTTP, up to 300"
    )
    send_seconds: Annotated[float, Field(gt=0, le=300)] = Field(
        10.0, description="seconds that a client of a socket or stream may take nothing, up to 300"
    )
    event_days: Annotated[int, Field(ge=1, le=3650)] = Field(
        30, description="days that events are kept for clients who come back, 1 to 3650"
    )
    bus_url: str = Field(
        "",
        description="local, postgres://..., or valkey://, redis:// or rediss:// as in"
        " valkey://USER:PASSWORD@HOST:PORT/NUMBER; the database's own if empty",
    )
    limit_tokens: Annotated[int, Field(ge=100, le=100_000)] = Field(
        2000, description="lexical tokens of one text, 100 to 100000"
    )
    limit_depth: Annotated[int, Field(ge=3, le=1000)] = Field(
        12, description="levels of fields in one operation, 3 to 1000"
    )
    limit_aliases: Annotated[int, Field(ge=0, le=10_000)] = Field(
        30, description="aliases in one operation, 0 to 10000"
    )
    limit_directives: Annotated[int, Field(ge=0, le=10_000)] = Field(
        50, description="directives in one operation, 0 to 10000"
    )
    limit_root_fields: Annotated[int, Field(ge=1, le=1000)] = Field(
        20, description="fields at the root of one operation, 1 to 1000"
    )
    limit_cost: Annotated[int, Field(ge=100, le=10**9)] = Field(
        10_000, description="points that one operation may cost, 100 to 1000000000"
    )
    limit_seconds: Annotated[float, Field(ge=0.1, le=600)] = Field(
        10.0, description="seconds to run one query or mutation, 0.1 to 600"
    )
    limit_response_bytes: Annotated[int, Field(ge=1024, le=1024**3)] = Field(
        4 * 1024 * 1024, description="bytes of one answer, 1024 to 1073741824"
    )
    member_points_per_minute: Annotated[int, Field(ge=0, le=10**9)] = Field(
        100_000, description="points that one member may spend in a minute; 0 for any number"
    )
    address_points_per_minute: Annotated[int, Field(ge=0, le=10**9)] = Field(
        200_000, description="points that one address may spend in a minute; 0 for any number"
    )
    account_attempts: Annotated[int, Field(ge=0, le=10_000)] = Field(
        20, description="passwords tried on one handle in 15 minutes; 0 for any number"
    )
    address_attempts: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        100, description="sign-ins and sign-ups from one address in 15 minutes; 0 for any number"
    )
    trusted_proxies: str = Field(
        "127.0.0.1",
        description="addresses or networks, with commas, whose X-Forwarded-For is believed; "
        "empty for none",
    )
    explorer: bool = Field(True, description="serve GraphiQL at /graphql")
    introspection: bool = Field(True, description="answer introspection queries")
    schema_for: SchemaFor = Field(
        SchemaFor.EVERYBODY,
        description="who may read the schema, here and by introspection: everybody or members",
    )
    trusted_documents: Path | None = Field(
        None, description="manifest of your clients' texts, or a folder of them and .graphql files"
    )
    trusted_mode: TrustedMode = Field(TrustedMode.OPEN, description="open, preferred or only")
    log_level: LogLevel = Field(LogLevel.INFO, description="debug, info, warning or error")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        scheme, _, rest = value.partition("://")
        if scheme not in ("sqlite", "postgres", "postgresql") or not rest:
            raise ValueError("must be sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/NAME")
        return value if scheme == "sqlite" else _postgres(value)

    @field_validator("origins", "hosts", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @field_validator("origins")
    @classmethod
    def _known_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_origin(one) for one in value)

    @field_validator("hosts")
    @classmethod
    def _known_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if not _HOST.match(one.lower()):
                raise ValueError(f"{one!r} is no host's name")
        return tuple(one.lower() for one in value)

    @field_validator("trusted_proxies")
    @classmethod
    def _known_proxies(cls, value: str) -> str:
        given = [part.strip() for part in value.split(",")] if value.strip() else []
        for one in given:
            ip_network(one)
        return ",".join(given)

    @field_validator("bus_url")
    @classmethod
    def _known_bus(cls, value: str) -> str:
        if value in ("", "local"):
            return value
        url = _parts(value)
        if url.scheme not in _BUSES or not url.hostname:
            raise ValueError("is no address of a bus")
        if url.scheme not in _VALKEYS:
            return _postgres(value)
        if "password" in parse_qs(url.query):
            raise ValueError("a password stands before the host, not after it")
        return value

    @property
    def bus(self) -> str:
        """The address of the bus: the database's own on PostgreSQL, and on SQLite, which belongs
        to one process, `local`."""
        return self.bus_url or ("local" if self.embedded else self.database_url)

    @property
    def valkey(self) -> str:
        """The address of a Valkey that processes share, as their bus and for what they count;
        empty if there is none."""
        return self.bus_url if self.bus_url.startswith(tuple(f"{one}:" for one in _VALKEYS)) else ""

    @property
    def counts_anything(self) -> bool:
        """Whether anybody's points or attempts have a limit."""
        return bool(
            self.member_points_per_minute
            or self.address_points_per_minute
            or self.account_attempts
            or self.address_attempts
        )

    @property
    def embedded(self) -> bool:
        """Whether the database is a SQLite file of this process."""
        return self.database_url.startswith("sqlite://")

    @property
    def invitation_lifetime(self) -> timedelta:
        return timedelta(days=self.invitation_days)

    @property
    def cooldown(self) -> timedelta:
        return timedelta(days=self.cooldown_days)

    def described(self) -> list[str]:
        """One `NAME=value` line per setting, fit for a log: passwords are left out."""
        lines = []
        for name in type(self).model_fields:
            value = getattr(self, name)
            if name.endswith("_url"):
                value = without_password(value)
            elif isinstance(value, tuple):
                value = ",".join(value)
            lines.append(f"{_PREFIX}{name.upper()}={value}")
        return lines


def _parts(address: str) -> SplitResult:
    """An address taken apart. Raises ValueError, which tells nothing of what stands in it, for
    one that cannot be: above all where a password has what ends the host's part (RFC 3986, 3.2),
    and would be taken for a host and a port, and be said as such.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise ValueError(f"has no port from 1 to 65535, or {_RESERVED}") from None
    if port == 0:
        raise ValueError("port 0 is none to connect to")
    if "@" in parts.path + parts.query + parts.fragment or parts.fragment:
        raise ValueError(_RESERVED)
    return parts


def _postgres(address: str) -> str:
    """The address of a PostgreSQL. Raises ValueError for one that would not mean what it says."""
    if _parts(address).query:
        # Passed over in silence, `sslmode=require` would be believed.
        raise ValueError("takes nothing behind a `?`; what TLS has to be, PGSSLMODE tells")
    return address


def _origin(text: str) -> str:
    """An origin as browsers write it. Raises ValueError."""
    origin = text.lower().removesuffix("/")
    scheme, _, rest = origin.partition("://")
    name, _, port = rest.rpartition(":") if _PORT.search(rest) else (rest, "", "")
    if not _SCHEME.match(scheme) or not _HOST.match(name):
        raise ValueError(f"{text!r} is no origin")
    if port == _DEFAULT_PORTS.get(scheme):
        return f"{scheme}://{name}"
    return origin


def without_password(url: str) -> str:
    """The address with its password, if any, replaced."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}:***@{host}"))


def unknown_settings() -> list[str]:
    """What is said of each variable of the environment that looks like a setting and is none, as
    where it is misspelt; nothing of its value."""
    known = [f"{_PREFIX}{name.upper()}" for name in Settings.model_fields]
    said = []
    for given in sorted(os.environ):
        name = given.upper()
        if name.startswith(_PREFIX) and name not in known:
            meant = "".join(f", but {one} is" for one in get_close_matches(name, known, 1, 0.8))
            said.append(f"{given} is no setting{meant}")
    return said


def load_settings(**overrides: object) -> Settings:
    """Read the environment. Raises ConfigurationError naming the setting and what it accepts."""
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        problem = error.errors()[0]
        name = str(problem["loc"][0]) if problem["loc"] else "settings"
        field = Settings.model_fields.get(name)
        accepts = field.description if field is not None else ""
        raise ConfigurationError(
            f"{_PREFIX}{name.upper()}: {problem['msg']}. It accepts: {accepts}."
        ) from None
    for name in ("member_points_per_minute", "address_points_per_minute"):
        if 0 < getattr(settings, name) < settings.limit_cost:
            raise ConfigurationError(
                f"{_PREFIX}{name.upper()}: with less than NETQL_LIMIT_COST an operation would never"
                " be run that may cost as much. Raise the one or lower the other."
            )
    if settings.workers > 1 and settings.embedded:
        raise ConfigurationError(
            "NETQL_WORKERS: SQLite is one file written by one process, so it takes 1. "
            "Set NETQL_DATABASE_URL=postgres://... to serve with several."
        )
    if settings.drain_seconds > settings.grace_seconds - 2:
        raise ConfigurationError(
            "NETQL_DRAIN_SECONDS: it must leave 2 of NETQL_GRACE_SECONDS for requests to end in."
        )
    if settings.trusted_mode is TrustedMode.ONLY and settings.trusted_documents is None:
        raise ConfigurationError(
            "NETQL_TRUSTED_MODE: with `only` nothing would run, for no text is trusted. "
            "Set NETQL_TRUSTED_DOCUMENTS too; `netql trusted-documents` tells how."
        )
    return settings
