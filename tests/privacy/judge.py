"""Compares an answer with the oracle: every member, tie and entry in it, wherever it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from graphql import get_named_type

from netql import ids
from netql.infra.database import fetch
from tests.privacy import oracle
from tests.privacy.scene import Scene, Subject, snake

Arrival = tuple[str, str]
PAGE = 100


class Judge:
    """Judges what the scene's viewer, or a guest, was answered."""

    def __init__(self, scene: Scene, *, guest: bool = False) -> None:
        self.scene = scene
        self.guest = guest
        self.viewer = None if guest else scene.viewer.key
        self.sides: dict[str, tuple[UUID, UUID, datetime]] = {}
        self.entries: dict[str, tuple[UUID, UUID]] = {}
        self.invitations: dict[str, tuple[UUID, UUID]] = {}
        self.arrivals: set[Arrival] = set()
        # After which events to ask for a page, so that the pages show all there are.
        self.places: list[str] = []
        self._ties: defaultdict[UUID, set[UUID]] = defaultdict(set)
        for one, other in scene.ties:
            self._ties[one].add(other)
            self._ties[other].add(one)

    async def read(self) -> Judge:
        """Learn which id stands for which tie, entry and invitation, from the tables."""
        keys = list(self.scene.subjects)
        for row in await fetch("SELECT * FROM connections WHERE member_id = ANY($1)", keys):
            side = (row["member_id"], row["other_id"], row["connected_at"])
            self.sides[ids.encode("Connection", row["id"])] = side
        for row in await fetch("SELECT * FROM network_entries WHERE owner_id = ANY($1)", keys):
            entry = (row["owner_id"], row["member_id"])
            self.entries[ids.encode("NetworkEntry", row["id"])] = entry
        for row in await fetch("SELECT * FROM invitations WHERE inviter_id = ANY($1)", keys):
            ends = (row["inviter_id"], row["invitee_id"])
            self.invitations[ids.encode("Invitation", row["id"])] = ends
        for row in await fetch(
            "SELECT cursor FROM events WHERE member_id = $1 AND number % $2 = 0 ORDER BY number",
            self.scene.viewer.key,
            PAGE,
        ):
            self.places.append(row["cursor"])
        return self

    def again(self, *, guest: bool) -> Judge:
        """A judge who has read what this one has, for a scene in which nothing changes."""
        judge = Judge(self.scene, guest=guest)
        judge.sides, judge.entries = self.sides, self.entries
        judge.invitations, judge.places = self.invitations, self.places
        return judge

    # What the oracle says

    def relation(self, key: UUID) -> str:
        relation = self.scene.subjects[key].relation
        return "guest" if self.guest and relation != "closed" else relation

    def present(self, key: UUID) -> bool:
        return oracle.present(self.relation(key))

    def _list_open(self, key: UUID) -> bool:
        audience = self.scene.subjects[key].audiences["connections"]
        return oracle.list_visible(self.relation(key), audience)

    def tie_seen(self, one: UUID, other: UUID) -> bool:
        if not (self.present(one) and self.present(other)):
            return False
        return self.viewer in (one, other) or (self._list_open(one) and self._list_open(other))

    def tied_to(self, key: UUID) -> set[UUID]:
        """The other ends of a member's ties that the viewer may see."""
        return {other for other in self._ties[key] if self.tie_seen(key, other)}

    def invitation_seen(self, ends: tuple[UUID, UUID]) -> bool:
        if self.viewer not in ends:
            return False
        other = ends[0] if ends[1] == self.viewer else ends[1]
        shown = self.relation(other) in oracle.SHOWN_BY_ID
        return self.present(other) and (
            shown or other in self.scene.sent or other in self.scene.received
        )

    def seen(self, type_: str, global_id: str) -> bool:
        """Whether a node is there for the viewer."""
        if type_ == "Member":
            decoded = ids.decode(global_id)
            assert decoded is not None
            return self.present(decoded[1])
        if type_ == "Connection":
            return self.tie_seen(*self.sides[global_id][:2])
        if type_ == "NetworkEntry":
            return self.entries[global_id][0] == self.viewer
        return self.invitation_seen(self.invitations[global_id])

    # Judging

    def answer(self, value: Any) -> None:
        """Judge everything inside an answer. Raises AssertionError."""
        if isinstance(value, list):
            for item in value:
                self.answer(item)
        elif isinstance(value, dict):
            judged = getattr(self, f"_{value.get('__typename', '').lower()}", None)
            if judged is not None:
                judged(value)
            for item in value.values():
                self.answer(item)

    def subject(self, found: dict[str, Any]) -> Subject:
        decoded = ids.decode(found["id"])
        assert decoded is not None
        assert decoded[0] == "Member"
        assert decoded[1] in self.scene.subjects, f"somebody from elsewhere: {found}"
        return self.scene.subjects[decoded[1]]

    def _member(self, found: dict[str, Any]) -> None:
        subject = self.subject(found)
        assert self.present(subject.key), f"{subject} must be absent"
        if "hiddenFields" in found:
            self.profile(found, subject, self.relation(subject.key), "Member")
            closed = {
                snake(name).upper()
                for name, audience in subject.audiences.items()
                if not oracle.field_visible(self.relation(subject.key), name, audience)
            }
            assert sorted(found["hiddenFields"]) == sorted(closed), subject
            self.arrivals.add((self.relation(subject.key), subject.audience))
        self._lists(found, subject)

    def profile(self, found: dict[str, Any], subject: Subject, relation: str, type_: str) -> None:
        """Every restricted field of the type: the very value, or null."""
        for name, field in self.scene.atlas.restricted_fields(type_).items():
            fixed = oracle.FIXED.get((type_, name))
            audience = fixed or subject.audiences[name]
            where = f"{name} ({audience}) of {subject} for {relation}"
            if not oracle.field_visible(relation, name, audience):
                assert found[name] is None, f"{where}: shown"
            elif get_named_type(field.type).name in PAGES or fixed:
                assert found[name] is not None, f"{where}: hidden"
            else:
                assert subject.values[name], f"{where}: nothing there to be seen"
                assert _plain(found[name]) == _plain(subject.values[name]), where

    def _lists(self, found: dict[str, Any], subject: Subject) -> None:
        """Lists of a member: closed ones null, open ones neither short nor long of anybody."""
        own = subject.key == self.viewer
        # To work out ties takes longer than all the rest, and few answers hold any.
        if "connections" in found or "mutualConnections" in found:
            ties = self.tied_to(subject.key) if self._list_open(subject.key) else None
            self._page(found, "connections", ties, "member")
            mutual = None
            if ties is not None and not own and self.viewer is not None:
                mutual = ties & self.tied_to(self.viewer)
            self._page(found, "mutualConnections", mutual, None)
        shown = {key for key in self.scene.kept if self.present(key)}
        self._page(found, "networkEntries", shown if own else None, "person")
        self._page(found, "receivedInvitations", self.scene.received if own else None, "inviter")
        self._page(found, "sentInvitations", self.scene.sent if own else None, "invitee")
        self._relationship(found, subject.key)

    def _page(
        self, found: dict[str, Any], name: str, expected: Iterable[UUID] | None, at: str | None
    ) -> None:
        if name not in found:
            return
        if expected is None:
            assert found[name] is None, f"{name} must be null"
            return
        assert found[name] is not None, f"{name} must be there"
        nodes = found[name].get("nodes")
        if "edges" in found[name]:
            nodes = [edge["node"] for edge in found[name]["edges"]]
        if nodes is None:
            return
        people = [node[at] if at else node for node in nodes]
        shown = [person["id"] for person in people if person["__typename"] == "Member"]
        assert sorted(shown) == sorted(ids.encode("Member", key) for key in expected), name

    def _relationship(self, found: dict[str, Any], key: UUID) -> None:
        if "viewerRelationship" not in found:
            return
        if self.guest:
            assert found["viewerRelationship"] is None
            return
        scene, shown = self.scene, found["viewerRelationship"]
        there = {
            "connection": frozenset((self.viewer, key)) in scene.ties,
            "sentInvitation": key in scene.sent,
            "receivedInvitation": key in scene.received,
            "networkEntry": key in scene.kept,
        }
        for name, expected in there.items():
            if name in shown:
                assert (shown[name] is not None) == expected, f"{name} of {scene.subjects[key]}"

    def _connection(self, found: dict[str, Any]) -> None:
        one, other, at = self.sides[found["id"]]
        assert self.tie_seen(one, other), "a hidden tie"
        assert found["member"]["id"] == ids.encode("Member", other)
        if "connectedAt" in found:
            own = self.viewer in (one, other)
            seen = found["connectedAt"] and datetime.fromisoformat(found["connectedAt"])
            assert seen == (at if own else None), "connectedAt"
            self.arrivals.add(("own tie" if own else "tie of others", ""))

    def _networkentry(self, found: dict[str, Any]) -> None:
        owner, about = self.entries[found["id"]]
        assert owner == self.viewer, "an entry of somebody else's"
        expected = "Member" if self.present(about) else "UnavailableMember"
        assert found["person"]["__typename"] == expected
        if "note" in found:
            assert found["note"] == self.scene.kept[about]
            self.arrivals.add(("own entry", ""))

    def _invitation(self, found: dict[str, Any]) -> None:
        ends = self.invitations[found["id"]]
        assert self.invitation_seen(ends), "an invitation that is not the viewer's"
        shown = (found["inviter"]["id"], found["invitee"]["id"])
        assert shown == (ids.encode("Member", ends[0]), ids.encode("Member", ends[1]))


# Pages of nodes: what is in them is judged where the path goes on.
PAGES = {"ConnectionConnection", "NetworkEntryConnection", "InvitationConnection"}


def _plain(value: Any) -> Any:
    """Without ids and type names, and lists in one order: order is no secret."""
    if isinstance(value, list):
        return sorted(map(_plain, value), key=str)
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if k not in ("id", "__typename")}
    return value
