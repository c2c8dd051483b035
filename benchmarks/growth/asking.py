"""Who asks whom: the viewers who are signed in, and the lines that requests take in turn."""

from __future__ import annotations

import random
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from networks import Network
from rig import LAB, RACE, netql_peer

VIEWERS = 2_000
READS = 4_000
INVITES = 20_000
_TOKEN_DAYS = 30


class Lines:
    """Files in the network's folder: of people, of reads and of invitations."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.people = network.folder / "people.txt"
        self.reads = network.folder / "reads.txt"
        self.invites = network.folder / "invites.txt"

    def of(self, query: str) -> Path:
        return self.invites if query == "M1" else self.reads

    def write(self) -> None:
        """Choose, sign everybody in, and write the files. The same choice for the same network."""
        store, lot = self.network.store, random.Random(self.network.size)
        everybody = [_key(row[0]) for row in store.fetch("SELECT id FROM members ORDER BY id")]
        viewers = lot.sample(everybody, min(VIEWERS, len(everybody)))
        reads = self._reads(lot, viewers, everybody)
        invites = self._invites(lot, viewers, everybody)
        people = list(dict.fromkeys([*viewers, *(one for pair in reads + invites for one in pair)]))
        number = {member: place for place, member in enumerate(people, start=1)}
        for path, pairs in ((self.reads, reads), (self.invites, invites)):
            path.write_text("".join(f"{number[one]} {number[other]}\n" for one, other in pairs))
        sessions = {member: UUID(int=lot.getrandbits(128), version=4) for member in people}
        begun = datetime.now(UTC)
        store.add_sessions([(sessions[viewer], viewer, begun) for viewer in viewers])
        self._sign(sessions)

    def _reads(
        self, lot: random.Random, viewers: list[UUID], everybody: list[UUID]
    ) -> list[tuple[UUID, UUID]]:
        """As in the race: half the targets are connections of a connection, so that there is
        something in common, a quarter are connections, and a quarter is anybody."""
        near = self._connections(viewers)
        pairs = [(viewer, lot.choice(near[viewer])) for viewer in lot.choices(viewers, k=READS)]
        second = self._connections({friend for _, friend in pairs[: READS // 2]})
        pairs[: READS // 2] = [
            (viewer, lot.choice(second[friend])) for viewer, friend in pairs[: READS // 2]
        ]
        quarter = slice(3 * READS // 4, READS)
        pairs[quarter] = [(viewer, lot.choice(everybody)) for viewer, _ in pairs[quarter]]
        lot.shuffle(pairs)
        return pairs

    def _invites(
        self, lot: random.Random, viewers: list[UUID], everybody: list[UUID]
    ) -> list[tuple[UUID, UUID]]:
        """Pairs with nothing between them, each once either way, so that none is refused."""
        taken = {
            frozenset((_key(one), _key(other)))
            for table, ends in (
                ("connections", ("member_id", "other_id")),
                ("invitations", ("inviter_id", "invitee_id")),
                ("blocks", ("blocker_id", "blocked_id")),
            )
            for one, other in self.network.store.fetch(
                f"SELECT {ends[0]}, {ends[1]} FROM {table}"
                f" WHERE {ends[0]} {{these}} OR {ends[1]} {{these}}",
                viewers,
            )
        }
        pairs = []
        for _ in range(INVITES):
            one, other = lot.choice(viewers), lot.choice(everybody)
            if one != other and (pair := frozenset((one, other))) not in taken:
                taken.add(pair)
                pairs.append((one, other))
        return pairs

    def _connections(self, members: Iterable[UUID]) -> dict[UUID, list[UUID]]:
        """Whom each of them knows, by id: by no other order, but always the same."""
        found: dict[UUID, list[UUID]] = defaultdict(list)
        for one, other in self.network.store.fetch(
            "SELECT member_id, other_id FROM connections WHERE member_id {these}"
            " ORDER BY member_id, other_id",
            sorted(members),
        ):
            found[_key(one)].append(_key(other))
        return found

    def _sign(self, sessions: dict[UUID, UUID]) -> None:
        """By netql's own signer: a token and a global id for everybody who is asked or asks."""
        python, script = netql_peer.BIN.parent / "python", RACE / "netql_tokens.py"
        subprocess.run(
            [python, script, LAB / "netql.key", str(_TOKEN_DAYS), self.people],
            input="".join(f"{member} {session}\n" for member, session in sessions.items()),
            text=True,
            check=True,
        )


def _key(value: UUID | str) -> UUID:
    # SQLite gives text.
    return UUID(str(value))
