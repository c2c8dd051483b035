"""Takes back what the mutation made, so that every sample starts from the same rows."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg
import db
import netql_peer
import peers
from vocabulary import GREETING


@dataclass(frozen=True, slots=True)
class Invitations:
    """The invitations that requests made in one database: how to find them and drop them."""

    con: asyncpg.Connection
    made: str
    beside: tuple[str, ...]

    async def forget(self) -> None:
        """Drop them, with what hangs on them, and the dead rows too."""
        await self.con.execute(f"delete from {self.made}")
        for table in self.beside:
            await self.con.execute(f"delete from {table}")
        await self.con.execute(f"vacuum {', '.join((self.made.split()[0], *self.beside))}")

    async def count(self) -> int:
        """How many there are."""
        return await self.con.fetchval(f"select count(*) from {self.made}")


async def opened(peer: str, database: str) -> Invitations:
    """Those of the peer's database, on a connection of its own; the caller closes it.

    Loaded invitations all carry one greeting, and no request sends it.
    """
    con = await asyncpg.connect(db.dsn(peers.database_of(peer, database)))
    if not peers.ours(peer):
        return Invitations(con, f"invitation where message <> '{GREETING}'", ())
    last = netql_peer.key(netql_peer.INVITATION + 1, 0)
    beside = ("events", "event_streams", "idempotency_keys")
    return Invitations(con, f"invitations where id >= '{last}'", beside)
