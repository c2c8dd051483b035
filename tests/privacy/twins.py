"""Twin worlds: two casts alike but for one fact, asked everything, the answers made comparable.

What belongs to a world and not to its story is replaced: ids and keys by the order in which they
turn up (a member's by the role they play), handles and names by roles, moments by a word. Cursors
are taken apart, so what they carry is compared as well.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import orjson

from netql import ids
from netql.accounts.events import AccountClosed
from netql.clock import now
from netql.events.recording import record
from netql.infra.counting import counting_statements
from netql.infra.database import transaction
from netql.members import actions
from netql.privacy.audience import Audience
from netql.privacy.fields import ProfileField
from netql.relations import edges
from tests.api import Api
from tests.people import People, Person
from tests.privacy.marked import set_audiences
from tests.privacy.questions import documents

_numbers = count(1)
_CURSORS = {"cursor", "startCursor", "endCursor"}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass
class Cast:
    """The people of one world, by role; `v` is who asks."""

    people: People
    token: str = field(default_factory=lambda: f"tw{next(_numbers):05}")
    roles: dict[str, Person] = field(default_factory=dict)
    # Roles that nobody plays in this world: an id and a handle all the same.
    ghosts: dict[str, tuple[str, str]] = field(default_factory=dict)
    # Ids that v knows of otherwise, by a word.
    notes: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, role: str) -> Person:
        return self.roles[role]

    async def enter(
        self, role: str, connections: Audience = Audience.MEMBERS, **profile: Any
    ) -> Person:
        """Somebody whose `about` is for EXTENDED, and their list for whom it is said."""
        person = await self.people.member(f"{role} {self.token}")
        await actions.update_profile(person.viewer, {"about": f"{role} tells", **profile})
        chosen = {ProfileField.CONNECTIONS: connections, ProfileField.ABOUT: Audience.EXTENDED}
        await set_audiences(person, chosen)
        self.roles[role] = person
        return person

    async def tie(self, one: str, other: str) -> None:
        await edges.connect(self[one].key, self[other].key, now())

    def never(self, role: str) -> None:
        """Nobody by that role, here."""
        self.ghosts[role] = (ids.encode("Member", uuid4()), f"{role.lower()}{uuid4().hex[:9]}")

    async def leave(self, role: str) -> None:
        """Close an account, as its owner does."""
        async with transaction():
            await actions.close_member(self[role].key)
            await record(AccountClosed(self[role].key))

    def note(self, word: str, type_name: str, key: UUID) -> None:
        self.notes[word] = ids.encode(type_name, key)

    def named(self) -> dict[str, tuple[str, str]]:
        """The id and the handle of every role, played or not."""
        found = {role: (person.id, person.handle) for role, person in self.roles.items()}
        return dict(sorted((found | self.ghosts).items()))


class Veil:
    """Replaces what belongs to a world. One veil for all answers of a world: an id that comes
    again has to be the same again."""

    def __init__(self, cast: Cast) -> None:
        self._seen: dict[str, str] = {}
        self._texts: dict[str, str] = {cast.token: "TOKEN"}
        for role, (key, handle) in cast.named().items():
            decoded = ids.decode(key)
            assert decoded is not None
            self._seen[str(decoded[1])] = role
            self._texts[handle] = f"@{role}"
        shapes = "|".join(sorted(map(re.escape, self._texts), key=len, reverse=True))
        self._named = re.compile(f"(?:{shapes})(?![0-9])")

    def over(self, value: Any, key: str = "") -> Any:
        """An answer as it reads without its world."""
        if isinstance(value, dict):
            return {name: self.over(held, name) for name, held in value.items()}
        if isinstance(value, list):
            return [self.over(held, key) for held in value]
        if not isinstance(value, str):
            return value
        if key == "requestId":
            return "REQUEST"
        if key in _CURSORS:
            return self._text(_decoded(value))
        decoded = ids.decode(value)
        return self._text(f"{decoded[0]}:{decoded[1]}" if decoded else value)

    def _text(self, text: str) -> str:
        text = _UUID.sub(lambda match: self._key(match[0]), text)
        return self._named.sub(lambda match: self._texts[match[0]], _MOMENT.sub("MOMENT", text))

    def _key(self, key: str) -> str:
        return self._seen.setdefault(key, f"key {len(self._seen)}")


def _decoded(cursor: str) -> str:
    return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()


@dataclass(frozen=True)
class Asked:
    """A question, its answer without its world, and how many statements it took."""

    question: str
    answer: bytes
    statements: int


class Interview:
    """Asks as one member (or as a guest) of a world."""

    def __init__(self, api: Api, cast: Cast, asker: Person | None) -> None:
        self._api, self._cast, self._asker = api, cast, asker
        self._veil = Veil(cast)
        self.asked: list[Asked] = []

    async def ask(self, question: str, query: str, **variables: Any) -> Any:
        with counting_statements() as statements:
            answer = await self._api.answer(query, as_=self._asker, **variables)
        errors = answer.get("errors", ())
        codes = {error["extensions"]["code"] for error in errors}
        assert not codes & {"GRAPHQL_VALIDATION_FAILED", "INTERNAL_SERVER_ERROR"}, errors
        self.asked.append(Asked(question, orjson.dumps(self._veil.over(answer)), len(statements)))
        return answer

    async def everything(self, *, briefly: bool = False) -> None:
        """Every question about everybody; briefly: only everything of each of them, at once."""
        named = self._cast.named()
        texts = documents(guest=self._asker is None)
        await self.ask("nodes", texts["nodes"], ids=[key for key, _ in named.values()])
        if briefly:
            await self._previews([key for key, _ in named.values()])
            return
        await self.ask("search", texts["search"], token=self._cast.token)
        if "viewer" in texts:
            await self.ask("viewer", texts["viewer"])
        for role, (key, handle) in named.items():
            name = f"{role} {self._cast.token}"
            await self.ask(f"one: {role}", texts["one"], id=key, handle=handle, name=name)

    async def _previews(self, keys: Sequence[str]) -> None:
        """One's own profile as each of them gets it."""
        given = ", ".join(f"$id{place}: ID!" for place in range(len(keys)))
        fields = " ".join(
            f"as{place}: viewAs(as: {{memberId: $id{place}}}) {{ about headline }}"
            for place in range(len(keys))
        )
        variables = {f"id{place}": key for place, key in enumerate(keys)}
        await self.ask("previews", f"query Q({given}) {{ {fields} }}", **variables)


Recipe = Callable[[Cast, str], Awaitable[None]]
# Acts by which v asks: the mutation, the field of its input, and the role or the noted id.
Probe = tuple[str, str, str]
ON_OLGA: tuple[Probe, ...] = (
    ("sendInvitation", "memberId", "Olga"),
    ("addToNetwork", "memberId", "Olga"),
    ("removeConnection", "memberId", "Olga"),
    ("blockMember", "memberId", "Olga"),
)


async def interviews(
    api: Api,
    people: People,
    recipe: Recipe,
    choices: Sequence[str],
    probes: Sequence[Probe] = (),
    *,
    guests: bool = True,
    briefly: bool = False,
) -> list[list[Asked]]:
    """The same interview in a world of each choice: by v, by a guest, by v's acts, by v again."""
    found = []
    for choice in choices:
        cast = Cast(people)
        async with transaction():
            await cast.enter("Vera")
            await recipe(cast, choice)
        interview = Interview(api, cast, cast["Vera"])
        await interview.everything(briefly=briefly)
        for probe in probes:
            query, key = _sent(cast, probe)
            await interview.ask(str(probe), query, id=key)
        if probes:
            await interview.everything()
        asked = interview.asked
        if guests:
            guest = Interview(api, cast, None)
            await guest.everything(briefly=True)
            asked += guest.asked
        found.append(asked)
    return found


def _sent(cast: Cast, probe: Probe) -> tuple[str, str]:
    mutation, name, of = probe
    query = (
        f"mutation Probe($id: ID!) {{ {mutation}(input: {{{name}: $id}}) {{"
        " userErrors { code field message } viewer { id } } }"
    )
    return query, cast.notes.get(of) or cast.named()[of][0]


def differences(worlds: Sequence[Sequence[Asked]]) -> list[str]:
    """Where the worlds can be told apart: the questions, with the answers."""
    told = []
    for answers in zip(*worlds, strict=True):
        if len({(one.question, one.answer) for one in answers}) > 1:
            told.append(f"{answers[0].question}: {_first_difference(answers)}")
        if len({one.statements for one in answers}) > 1:
            counts = [one.statements for one in answers]
            told.append(f"{answers[0].question}: {counts} statements")
    return told


def _first_difference(answers: Sequence[Asked]) -> str:
    one = answers[0].answer
    other = next(asked.answer for asked in answers if asked.answer != one)
    shorter = min(len(one), len(other))
    place = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    begin = max(place - 150, 0)
    return f"{one[begin : place + 80]!r} / {other[begin : place + 80]!r}"


def by_role(asked: Sequence[Asked]) -> Mapping[str, Any]:
    """What the first question answered of each member that is there, by role."""
    nodes = orjson.loads(asked[0].answer)["data"]["nodes"]
    return {node["id"].partition(":")[2]: node for node in nodes if node}
