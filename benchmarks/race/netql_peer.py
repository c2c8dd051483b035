"""netql as a peer: how it is started, whom its requests speak for, what its answers mean.

NETQL_BIN names the executable to race; left out, it is that of the checkout's own `.venv`.
"""

from __future__ import annotations

import base64
import http.client
import os
from functools import lru_cache
from pathlib import Path
from uuid import UUID

import db
from lab import CHECKOUT, LAB, PARAMS

BIN = Path(os.environ.get("NETQL_BIN") or CHECKOUT / ".venv" / "bin" / "netql").absolute()
KEY_FILE = LAB / "netql.key"
CONNECTIONS = 10
GREETED = 10_000
# A row's key is the number of its kind and its own number; see `member_key`.
MEMBER, POSITION, ENTRY, SESSION, INVITATION = range(1, 6)
_NUMBER = (1 << 48) - 1


def key_sql(kind: int, number: str) -> str:
    """The key of a row, as SQL, from an SQL expression of its number."""
    return f"('{kind:08x}-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"


def key(kind: int, number: int) -> UUID:
    """The key of a row; the same as that of `key_sql`."""
    return UUID(f"{kind:08x}-0000-7000-8000-{number:012x}")


def database_of(database: str) -> str:
    """netql's own database beside one of the rig's: netql_10k beside peers_10k."""
    return database.replace("peers_", "netql_")


def environment(database: str) -> dict[str, str]:
    """The settings of a netql process on its database beside that one: its own, and no more."""
    usual = {name: value for name, value in os.environ.items() if not name.startswith("NETQL_")}
    return usual | {
        "NETQL_DATABASE_URL": db.dsn(database_of(database)),
        "NETQL_DATABASE_CONNECTIONS": str(CONNECTIONS),
        "NETQL_SIGNING_KEY_FILE": str(KEY_FILE),
        "NETQL_LOG_LEVEL": "warning",
        # Counted as always, but the load asks for more than members do.
        "NETQL_MEMBER_POINTS_PER_MINUTE": "1000000000",
        "NETQL_ADDRESS_POINTS_PER_MINUTE": "1000000000",
    }


def command(port: int) -> list[str]:
    """How a user would start it."""
    return [str(BIN), "serve", "--port", str(port)]


def people_file(database: str) -> Path:
    """One line for each member, in the order of their numbers: access token and global id."""
    return PARAMS / f"{database_of(database)}.people.txt"


@lru_cache
def people(database: str) -> list[tuple[str, str]]:
    """What `people_file` holds; the first is member 1."""
    pairs = (line.split() for line in people_file(database).read_text().splitlines())
    return [(token, member_id) for token, member_id in pairs]


def greet(database: str, port: int) -> None:
    """One small request of each of the first members, so that their sessions are known.

    The load picks one of ten thousand members at random for each request: as cold as that, a
    member's token would be new to the server in half the requests of a short run, while in an hour
    of use it is new once.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for token, _ in people(database)[:GREETED]:
        headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
        connection.request("POST", "/graphql", b'{"query":"{ __typename }"}', headers)
        answer = connection.getresponse().read()
        if b"errors" in answer:
            raise RuntimeError(answer.decode())
    connection.close()


def number_of(global_id: str) -> str:
    """The rig's number inside a global id of a loaded row."""
    raw = base64.urlsafe_b64decode(global_id + "=" * (-len(global_id) % 4))
    return str(int.from_bytes(raw[-16:]) & _NUMBER)


def normal(value):
    """An answer's data in the rig's shape: numbers for ids, one website, companies as objects,
    members in place of the ties that lead to them."""
    if isinstance(value, list):
        return [normal(_through(item)) for item in value]
    if not isinstance(value, dict):
        return value
    if "userErrors" in value:
        return {"refused": value["userErrors"]} if value["userErrors"] else _made(value)
    shaped = {}
    for name, inner in value.items():
        if name == "id":
            shaped[name] = number_of(inner)
        elif name == "websites":
            shaped["website"] = inner[0]["url"] if inner else None
        elif name == "company":
            shaped[name] = {"name": inner}
        else:
            shaped[name] = normal(inner)
    return shaped


def _through(item):
    return item["member"] if isinstance(item, dict) and item.keys() == {"member"} else item


def _made(payload: dict):
    return normal(payload["invitation"])
