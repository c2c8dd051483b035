"""How each mutation is played: from which relations, with what input, and what it leaves behind.

A mutation changes relations, so everybody here is made for one act and thrown away. Answers are
judged by what holds after the act.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from netql import ids
from netql.clock import now
from netql.infra.database import fetch, transaction
from netql.relations import edges
from tests.canary import CANARIES
from tests.privacy import oracle
from tests.privacy.scene import Scene, Subject, as_shown, snake

Input = dict[str, Any]
Prepare = Callable[[Scene, Subject], Awaitable[Input]]


@dataclass(frozen=True)
class Act:
    """From one relation to the next; `refused` is the code when nothing may change.

    `also` names what holds beside the relation: an entry, a second block.
    """

    before: str
    after: str
    refused: str | None = None
    also: str = ""

    def __str__(self) -> str:
        return f"{self.before}{' ' + self.also if self.also else ''} -> {self.after}"

    @property
    def audiences(self) -> tuple[str, ...]:
        """A refusal shows nobody, so one audience will do."""
        return ("PUBLIC",) if self.refused else oracle.AUDIENCES


def _refused(*relations: str, code: str = "NOT_FOUND", also: str = "") -> list[Act]:
    return [Act(name, name, code, also) for name in relations]


_ABSENT = ("blocked by viewer", "blocked by subject", "closed")

ACTS: dict[str, list[Act]] = {
    "sendInvitation": [
        Act("stranger", "invited by viewer"),
        Act("withdrawn by subject", "invited by viewer"),
        Act("hidden by middle", "invited by viewer"),
        Act("added by viewer", "invited by viewer"),
        Act("second degree", "second degree", also="sent"),
        Act("invited viewer", "connected"),
        Act("declined by viewer", "connected"),
        *_refused(*_ABSENT),
        *_refused("connected", code="ALREADY_CONNECTED"),
        *_refused("invited by viewer", "declined by subject", code="ALREADY_PENDING"),
        *_refused("withdrawn by viewer", "formerly connected", code="COOLDOWN"),
    ],
    "acceptInvitation": [
        Act("invited viewer", "connected"),
        Act("declined by viewer", "connected"),
        *_refused("withdrawn by subject", "invited by viewer", *_ABSENT),
        *_refused("formerly connected", code="INVITATION_NOT_PENDING"),
    ],
    "declineInvitation": [
        Act("invited viewer", "declined by viewer"),
        Act("declined by viewer", "declined by viewer"),
        *_refused("withdrawn by subject", "invited by viewer", *_ABSENT),
        *_refused("connected", code="INVITATION_NOT_PENDING"),
    ],
    "withdrawInvitation": [
        Act("invited by viewer", "withdrawn by viewer"),
        Act("declined by subject", "withdrawn by viewer"),
        *_refused("invited viewer", *_ABSENT),
    ],
    "removeConnection": [
        Act("connected", "formerly connected"),
        *_refused(*_ABSENT),
        *_refused("stranger", code="NOT_CONNECTED"),
    ],
    "addToNetwork": [
        Act("stranger", "added by viewer", also="kept"),
        Act("hidden by subject", "added by viewer", also="kept"),
        Act("connected", "connected", also="kept"),
        Act("second degree", "second degree", also="kept"),
        *_refused(*_ABSENT),
    ],
    "updateNetworkEntry": [
        Act("added by viewer", "added by viewer", also="noted"),
        # The entry stays with its owner, about somebody unavailable.
        *[Act(name, name, also="noted") for name in _ABSENT],
        *_refused("added by subject"),
    ],
    "removeFromNetwork": [
        Act("added by viewer", "stranger", also="dropped"),
        *[Act(name, name, also="dropped") for name in _ABSENT],
        *_refused("added by subject"),
    ],
    "blockMember": [
        Act("connected", "blocked by viewer"),
        Act("stranger", "blocked by viewer"),
        Act("second degree", "blocked by viewer"),
        Act("invited viewer", "blocked by viewer"),
        *_refused("blocked by subject", "closed"),
    ],
    "unblockMember": [
        Act("blocked by viewer", "stranger"),
        Act("blocked by viewer", "blocked by subject", also="met"),
        Act("second degree", "second degree", also="blocked"),
        *_refused("blocked by subject"),
    ],
}


async def _member(_: Scene, subject: Subject) -> Input:
    return {"memberId": subject.person.id}


async def _invitation(scene: Scene, subject: Subject) -> Input:
    return {"invitationId": ids.encode("Invitation", await scene.invitation_between(subject))}


async def _kept(scene: Scene, subject: Subject) -> Input:
    scene.kept[subject.key] = note = CANARIES.value("String", scene.viewer.key, "note")
    return {"memberId": subject.person.id, "note": note}


async def _entry(scene: Scene, subject: Subject) -> Input:
    rows = await fetch(
        "SELECT id FROM network_entries WHERE (owner_id = $1 AND member_id = $2)"
        " OR (owner_id = $2 AND member_id = $1)",
        scene.viewer.key,
        subject.key,
    )
    return {"networkEntryId": ids.encode("NetworkEntry", rows[0]["id"])}


async def _noted(scene: Scene, subject: Subject) -> Input:
    note = CANARIES.value("String", scene.viewer.key, "note")
    if subject.key in scene.kept:
        scene.kept[subject.key] = note
    return await _entry(scene, subject) | {"note": note}


async def _dropped(scene: Scene, subject: Subject) -> Input:
    scene.kept.pop(subject.key, None)
    return await _entry(scene, subject)


async def _block(scene: Scene, subject: Subject) -> Input:
    # The viewer's own where both block each other: databases give rows in any order.
    rows = await fetch(
        "SELECT id FROM blocks WHERE blocked_id = $1 OR blocker_id = $1"
        " ORDER BY blocker_id = $2 DESC",
        subject.key,
        scene.viewer.key,
    )
    return {"blockId": ids.encode("Block", rows[0]["id"])}


INPUTS: dict[str, Prepare] = {
    "sendInvitation": _member,
    "acceptInvitation": _invitation,
    "declineInvitation": _invitation,
    "withdrawInvitation": _invitation,
    "removeConnection": _member,
    "addToNetwork": _kept,
    "updateNetworkEntry": _noted,
    "removeFromNetwork": _dropped,
    "blockMember": _member,
    "unblockMember": _block,
}


async def prepare(scene: Scene, act: Act, subject: Subject, mutation: str) -> Input:
    """Bring on what the act needs beside the relation, and note what it leaves; its input."""
    if act.also == "met":
        async with transaction():
            await edges.block(subject.key, scene.viewer.key, now())
    if act.also == "blocked":
        await scene.people.block(scene.viewer.person, subject.person)
    kept = dict(scene.kept)
    given = await INPUTS[mutation](scene, subject)
    if act.refused:
        scene.kept = kept
        return given
    scene.note(subject, act.after)
    if act.also == "sent":
        scene.sent.add(subject.key)
    return given


# A member's acts on their own profile: the input, noted in what the scene expects.


def own_profile(scene: Scene, mutation: str, rows: dict[str, list[dict[str, Any]]]) -> Input:
    """The input of a mutation of one's own profile, and what the profile holds after it.

    `rows` are the viewer's section rows with their ids, from the graph.
    """
    viewer, atlas = scene.viewer, scene.atlas
    if mutation == "setFieldAudience":
        viewer.audiences["about"] = "PUBLIC"
        return {"field": "ABOUT", "audience": "PUBLIC"}
    if mutation == "applyPrivacyPreset":
        contact = ("email", "phone", "birthday", "address")
        viewer.audiences = {
            name: "ONLY_ME" if name in contact else "CONNECTIONS" for name in viewer.audiences
        }
        return {"preset": "CLOSED"}
    if mutation == "updateProfile":
        fields = atlas.schema.type_map["UpdateProfileInput"].fields  # type: ignore[attr-defined]
        given = {
            name: as_shown(CANARIES.value(field.type.name, viewer.key, snake(name)))
            for name, field in fields.items()
            if name in viewer.values
        }
        viewer.values |= given
        return given
    verb, section = _parted(mutation)
    name = SECTION_FIELDS[section]
    # The row that has ended, so that the current position stays what it is.
    past = next(row for row in viewer.values[name] if row is not viewer.values[name][0])
    if verb == "add":
        row = {key: _again(key, value, viewer, name) for key, value in past.items()}
        viewer.values[name] = [*viewer.values[name], row]
        return row
    found = next(row for row in rows[name] if _without_id(row) == past)
    if verb == "remove":
        viewer.values[name] = [row for row in viewer.values[name] if row is not past]
        return {"id": found["id"]}
    row = {key: _again(key, value, viewer, name) for key, value in past.items()}
    viewer.values[name] = [row if one is past else one for one in viewer.values[name]]
    return {"id": found["id"], **row}


SECTION_FIELDS = {
    "Position": "positions",
    "Education": "education",
    "Skill": "skills",
    "Language": "languages",
    "Website": "websites",
}


def _parted(mutation: str) -> tuple[str, str]:
    for verb in ("add", "update", "remove"):
        if mutation.removeprefix(verb) in SECTION_FIELDS:
            return verb, mutation.removeprefix(verb)
    raise LookupError(f"nobody has said how to play {mutation}: teach tests/privacy/acts.py")


def _again(key: str, value: Any, viewer: Subject, name: str) -> Any:
    """A new value of the same shape; days stay, so that their order does."""
    if key in ("startedOn", "endedOn"):
        return value
    kind = "URL" if key == "url" else "String"
    return CANARIES.value(kind, viewer.key, snake(name))


def _without_id(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in ("id", "__typename")}
