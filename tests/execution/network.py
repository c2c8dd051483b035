"""A small network, and questions about it that nobody would think of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from graphql import ExecutionResult, OperationType
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from netql import ids
from netql.accounts.actions import Accounts
from netql.api.context import Context, Services
from netql.api.schema import Schema, create_schema
from netql.connections import actions as inviting
from netql.infra.database import fetch
from netql.infra.tokens import Signer
from netql.members import sections
from netql.network import actions as network
from netql.seeding.rows import COLUMNS
from netql.settings import Settings
from netql.viewer import GUEST, Viewer
from tests.boundless import BOUNDLESS_LIMITS
from tests.execution.dice import Dice
from tests.execution.inputs import Value, plain
from tests.execution.leftovers import let_go, overlooked
from tests.execution.operations import Operation, Writer
from tests.people import People, Person

# They make sessions and hashes, which cost much and are never the same twice.
_LEFT_OUT = frozenset(
    f"Mutation.{name}" for name in ("signUp", "signIn", "refreshToken", "signOut", "closeAccount")
)
_SCALARS = {
    "Int": (3, 1, 0, -1, 101),
    "String": ("an", "kim", "", "x"),
    "ID": ("none",),
    "Boolean": (True, False),
    "Date": ("2020-02-29", "1999-12-31"),
    "DateTime": ("2020-02-29T00:00:00Z",),
    "EmailAddress": ("ann@example.org",),
    "PhoneNumber": ("+4930901820",),
    "URL": ("https://example.org/a",),
}
# What differs between two runs of the same mutation: what was made now, and when.
_MADE = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)|[A-Za-z0-9_-]{27,}")


@dataclass
class Network:
    """Members tied in every way, and the schema on both executors."""

    ours: Schema
    core: Schema
    services: Services
    viewers: list[Viewer]
    known: list[str]
    handles: tuple[str, ...]
    # How long the lists were that were answered, so that not only empty ones are compared.
    lengths: Counter[int] = field(default_factory=Counter)

    def leaf(self, dice: Dice, name: str, scalar: str) -> Value:
        """A value that often means something here."""
        if scalar == "ID":
            return plain(dice.choose((*self.known, "none")))
        if name == "query":
            return plain(dice.choose(("arden", "arden", "ann", "")))
        if name in ("first", "last"):
            return plain(dice.choose((3, 5, 2, 0, 101)))
        if name == "handle":
            return plain(dice.choose((*self.handles, "nobody")))
        return plain(dice.choose(_SCALARS[scalar]))

    def operation(self, dice: Dice, kind: OperationType) -> Operation:
        writer = Writer(
            dice,
            self.ours._schema,
            self.leaf,
            breadth=4,
            depth=6,
            introspects=False,
            leave_out=_LEFT_OUT,
        )
        return writer.operation(kind)

    async def answer(
        self, schema: Schema, viewer: Viewer, operation: Operation, sent: dict[str, Any]
    ) -> ExecutionResult:
        """The answer of one of the executors."""
        context = Context(self.services, viewer)
        with nullcontext() if schema is self.ours else overlooked():
            result: ExecutionResult = await schema.execute(
                operation.text, variable_values=sent, context_value=context
            )
            if schema is self.core:
                let_go(result)
        self.lengths.update(_lengths(result.data))
        return result


def _lengths(data: Any) -> Iterator[int]:
    inside = data if isinstance(data, list) else []
    if isinstance(data, list):
        yield len(data)
    elif isinstance(data, dict):
        inside = list(data.values())
    for one in inside:
        yield from _lengths(one)


def leveled(answer: Any, known: list[str]) -> str:
    """An answer to a mutation, without the ids and times that are of that run alone."""
    return _MADE.sub(lambda found: found[0] if found[0] in known else "made", repr(answer))


async def rows() -> dict[str, int]:
    """How many rows each table has."""
    counted = {}
    for table in (*COLUMNS, "events"):
        counted[table] = (await fetch(f"SELECT count(*) AS held FROM {table}"))[0]["held"]
    return counted


async def make(people: People, settings: Settings, signer: Signer) -> Network:
    """Five members: connected, inviting, noted, blocked, and strangers."""
    crew = [await _member(people, name) for name in "Ann Ben Cid Dan Eve".split()]
    ann, ben, cid, dan, eve = crew
    await people.connect(ann, ben)
    await people.connect(ben, cid)
    invitation = await people.invite(ann, dan, "hello")
    received = await people.invite(cid, ann)
    await inviting.decline_invitation(ann.viewer, received)
    await people.block(eve, dan)
    await network.add_to_network(ann.viewer, dan.key, ["met"], "a note")
    core = create_schema(limits=BOUNDLESS_LIMITS)
    core.execution_context_class = StrawberryGraphQLCoreExecutionContext
    known = [one.id for one in crew] + [ids.encode("Invitation", invitation)]
    return Network(
        create_schema(limits=BOUNDLESS_LIMITS),
        core,
        Services(settings, Accounts(settings, signer)),
        [ann.viewer, dan.viewer, GUEST],
        known,
        tuple(one.handle for one in crew),
    )


async def _member(people: People, name: str) -> Person:
    person = await people.member(f"{name} Arden", headline="Smith", phone="+4930901820")
    await sections.add(person.viewer, sections.POSITIONS, {"title": "Smith", "company": "Forge"})
    return person
