"""A wrong setting stops the start, by name, with what it accepts."""

from __future__ import annotations

import pytest

from netql.errors import ConfigurationError
from netql.settings import Settings, load_settings, without_password

WRONG = {
    "DATABASE_URL": (
        "mysql://db",
        "sqlite://",
        "netql.db",
        "",
        "postgres://",
        "postgres://host:port/netql",
        "postgres://host:0/netql",
        "postgres://[host/netql",
        "postgres://host/netql?sslmode=require",
    ),
    "DATABASE_CONNECTIONS": ("0", "many", "501"),
    "DATABASE_PATIENCE": ("0", "-1", "soon"),
    "PORT": ("-1", "65536", "http"),
    "ORIGINS": (
        "*",
        "null",
        "app.example",
        "https://",
        "https://a.example/path",
        "https://u@a.example",
        "https://*.example",
        "https://a.example, b.example",
    ),
    "HOSTS": ("*", "https://a.example", "a.example:8000", "a b", "::1"),
    "GRACE_SECONDS": ("2", "301", "soon"),
    "DRAIN_SECONDS": ("-1", "61", "soon"),
    "WORKERS": ("0", "65", "two"),
    "SIGN_UP": ("maybe", "OPEN?"),
    "ACCESS_TOKEN_SECONDS": ("29", "3601", "x"),
    "REFRESH_TOKEN_DAYS": ("0", "366"),
    "REFRESH_GRACE_SECONDS": ("-1", "121"),
    "INVITATION_DAYS": ("0", "3651"),
    "INVITATION_NOTE_LENGTH": ("-1", "5001"),
    "COOLDOWN_DAYS": ("-1", "366"),
    "INVITATIONS_PER_PAIR_AND_YEAR": ("0", "101"),
    "CONNECTION_LIMIT": ("0", "lots"),
    "EVENT_POLL_SECONDS": ("0", "61"),
    "SOCKETS_PER_MEMBER": ("0", "1001", "few"),
    "OPERATIONS_PER_SOCKET": ("0", "1001", "few"),
    "SOCKET_MESSAGE_BYTES": ("1023", "16777217", "64k"),
    "STREAMS_PER_MEMBER": ("0", "1001", "few"),
    "HEARTBEAT_SECONDS": ("0", "301", "often"),
    "SEND_SECONDS": ("0", "301", "soon"),
    "EVENT_DAYS": ("0", "3651", "long"),
    "BUS_URL": (
        "remote",
        "valkey",
        "valkey://",
        "amqp://broker",
        "sqlite://netql.db",
        "unix:///run/valkey.sock",
        "redis://host:0",
        "redis://host:port",
        "redis://host:65536",
        "redis://host/0?password=hush",
        "postgres:///netql",
        "postgres://host/netql?sslmode=require",
    ),
    "LIMIT_TOKENS": ("99", "100001", "few"),
    "LIMIT_DEPTH": ("2", "1001"),
    "LIMIT_ALIASES": ("-1", "10001"),
    "LIMIT_DIRECTIVES": ("-1", "10001"),
    "LIMIT_ROOT_FIELDS": ("0", "1001"),
    "LIMIT_COST": ("99", "1000000001"),
    "LIMIT_SECONDS": ("0", "601"),
    "LIMIT_RESPONSE_BYTES": ("1023", "1073741825"),
    "MEMBER_POINTS_PER_MINUTE": ("-1", "1000000001"),
    "ADDRESS_POINTS_PER_MINUTE": ("-1", "1000000001"),
    "ACCOUNT_ATTEMPTS": ("-1", "10001"),
    "ADDRESS_ATTEMPTS": ("-1", "1000001"),
    "TRUSTED_PROXIES": ("proxy.example", "10.0.0.0/33", "10.0.0.1/8", "1.2.3.4,,5"),
    "EXPLORER": ("perhaps",),
    "INTROSPECTION": ("perhaps",),
    "SCHEMA_FOR": ("nobody", "ann"),
    "TRUSTED_MODE": ("closed", "ONLY?"),
    "LOG_LEVEL": ("loud",),
}
# Any text is an address or a path; what is behind it is found out when it is used.
UNCHECKED = {"HOST", "SIGNING_KEY_FILE", "TRUSTED_DOCUMENTS"}


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"NETQL_{name.upper()}", raising=False)


def test_every_setting_is_tried() -> None:
    assert {name.upper() for name in Settings.model_fields} == set(WRONG) | UNCHECKED


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    load_settings()
    monkeypatch.setenv(f"NETQL_{name}", value)
    with pytest.raises(ConfigurationError) as refused:
        load_settings()
    said = refused.value.message
    assert said.startswith(f"NETQL_{name}:")
    assert f"It accepts: {Settings.model_fields[name.lower()].description}." in said


def test_what_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETQL_PORT", "8001")
    assert load_settings().port == 8001
    assert load_settings(port=8002).port == 8002
    assert load_settings(port=None).port == 8001


def test_several_processes_on_one_file_are_refused_with_the_reason() -> None:
    assert load_settings(workers=2, database_url="postgres://u@h/d").workers == 2
    with pytest.raises(ConfigurationError, match="NETQL_WORKERS: SQLite is one file"):
        load_settings(workers=2)


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    given = (
        "https://App.Example/, http://a.example:80 ,https://b.example:8443,capacitor://localhost"
    )
    monkeypatch.setenv("NETQL_ORIGINS", given)
    monkeypatch.setenv("NETQL_HOSTS", "API.example,[::1], 127.0.0.1,")
    settings = load_settings()
    # As browsers write them: small letters, no port that goes without saying.
    assert settings.origins == (
        "https://app.example",
        "http://a.example",
        "https://b.example:8443",
        "capacitor://localhost",
    )
    assert settings.hosts == ("api.example", "[::1]", "127.0.0.1")
    assert "NETQL_HOSTS=api.example,[::1],127.0.0.1" in settings.described()


def test_draining_leaves_time_to_end_in() -> None:
    assert load_settings(grace_seconds=3, drain_seconds=1).drain_seconds == 1
    with pytest.raises(ConfigurationError, match="NETQL_DRAIN_SECONDS: it must leave 2"):
        load_settings(grace_seconds=3, drain_seconds=1.1)


def test_only_a_valkey_is_shared_for_counting() -> None:
    for bus in ("valkey://v:6380/2", "valkeys://v", "redis://v", "rediss://:hush@v/1"):
        assert load_settings(bus_url=bus).valkey == bus
    postgres = "postgres://u@h/d"
    for bus in ("", "local", postgres):
        assert load_settings(database_url=postgres, bus_url=bus).valkey == ""


def test_where_nothing_has_a_limit_nothing_is_counted() -> None:
    budgets = ("member_points_per_minute", "address_points_per_minute")
    names = (*budgets, "account_attempts", "address_attempts")
    none = dict.fromkeys(names, 0)
    assert load_settings().counts_anything
    assert not load_settings(**none).counts_anything
    for name in names:
        assert load_settings(**{**none, name: 10_000}).counts_anything


def test_each_database_has_a_bus_that_fits() -> None:
    postgres = "postgres://u@h/d"
    assert load_settings().bus == "local"
    assert load_settings(database_url=postgres).bus == postgres
    for bus in ("local", "postgres://u@direct/d", "valkey://v:6380/2", "rediss://v", "valkeys://v"):
        assert load_settings(database_url=postgres, bus_url=bus).bus == bus


def test_only_trusted_texts_without_any_are_refused_with_the_reason() -> None:
    assert load_settings(trusted_mode="only", trusted_documents="texts").trusted_documents
    with pytest.raises(ConfigurationError, match="NETQL_TRUSTED_MODE: with `only` nothing"):
        load_settings(trusted_mode="only")


def test_no_password_is_printed() -> None:
    url = "postgres://netql:hush@db.example:5432/netql"
    assert without_password(url) == "postgres://netql:***@db.example:5432/netql"
    bus = "rediss://:hush@valkey.example/1"
    lines = load_settings(database_url=url, bus_url=bus).described()
    assert not any("hush" in line for line in lines)
    assert f"NETQL_DATABASE_URL={without_password(url)}" in lines
    assert "NETQL_BUS_URL=rediss://:***@valkey.example/1" in lines
    assert len(lines) == len(Settings.model_fields)


@pytest.mark.parametrize("name", ["DATABASE_URL", "BUS_URL"])
@pytest.mark.parametrize("password", ["hu/sh", "hu#sh", "hu?sh", "12/hu@sh", "12#hush", "hu[sh"])
def test_a_password_that_cuts_an_address_short_is_refused_and_not_said(
    monkeypatch: pytest.MonkeyPatch, name: str, password: str
) -> None:
    monkeypatch.setenv(f"NETQL_{name}", f"postgres://netql:{password}@db.example/netql")
    with pytest.raises(ConfigurationError) as refused:
        load_settings()
    assert "written %2F %3F %23 %40" in refused.value.message
    assert "hu" not in refused.value.message
    assert "sh" not in refused.value.message


def test_every_setting_says_what_it_accepts() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize("name", ["MEMBER_POINTS_PER_MINUTE", "ADDRESS_POINTS_PER_MINUTE"])
def test_a_budget_pays_for_the_dearest_operation(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("NETQL_LIMIT_COST", "5000")
    for enough in ("0", "5000"):
        monkeypatch.setenv(f"NETQL_{name}", enough)
        assert load_settings().limit_cost == 5000
    monkeypatch.setenv(f"NETQL_{name}", "4999")
    with pytest.raises(ConfigurationError, match=f"NETQL_{name}: with less than NETQL_LIMIT_COST"):
        load_settings()


def test_proxies_are_addresses_and_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    for given in ("", "127.0.0.1", "10.0.0.0/8, ::1,fd00::/8"):
        monkeypatch.setenv("NETQL_TRUSTED_PROXIES", given)
        assert load_settings().trusted_proxies == given.replace(" ", "")
