"""The pure rules, each as a table of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from netql.api.fields import restricted
from netql.api.members import Member
from netql.connections import rules
from netql.connections.rules import ConnectRefusal, Facts, InvitationStatus, Limits, Prospect
from netql.execution.batched import Column
from netql.execution.level import Level
from netql.members.queries import current_position
from netql.members.views import MemberView
from netql.privacy.audience import Audience, Standing, admits, as_list_audience
from netql.privacy.fields import RESTRICTIONS, Preset, ProfileField, preset_audience
from netql.relations.lookup import ABSENT, Relation
from tests.privacy import oracle

ANN, BEN, EVE = UUID(int=1), UUID(int=2), UUID(int=3)
T0 = datetime(2025, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
LIMITS = Limits(cooldown=21 * DAY, per_pair_and_year=3, connections=5)

# The standing that each relation of the oracle gives.
STANDINGS = {
    "self": Standing.SELF,
    "connected": Standing.CONNECTED,
    "second degree": Standing.SECOND_DEGREE,
    "stranger": Standing.SIGNED_IN,
    "guest": Standing.GUEST,
}


def test_the_ladder_is_stored_by_these_numbers() -> None:
    assert {rung.name: rung.value for rung in Audience} == {
        name: number for number, name in enumerate(oracle.AUDIENCES)
    }


@pytest.mark.parametrize("relation", STANDINGS)
@pytest.mark.parametrize("audience", oracle.AUDIENCES)
def test_an_audience_takes_in_whom_the_oracle_says(relation: str, audience: str) -> None:
    taken_in = admits(Audience[audience], STANDINGS[relation])
    assert taken_in == oracle.visible(relation, audience)


@pytest.mark.parametrize("relation", STANDINGS)
@pytest.mark.parametrize("audience", oracle.AUDIENCES)
def test_a_list_of_connections_takes_extended_for_connections(relation: str, audience: str) -> None:
    judged = as_list_audience(Audience[audience])
    assert admits(judged, STANDINGS[relation]) == oracle.list_visible(relation, audience)


# A line each: default, widest, OPEN, CLOSED. BALANCED is the default.
_FIELDS = """
headline          MEMBERS      PUBLIC   MEMBERS      CONNECTIONS
industry          MEMBERS      PUBLIC   MEMBERS      CONNECTIONS
location          MEMBERS      PUBLIC   MEMBERS      CONNECTIONS
avatar_url        MEMBERS      PUBLIC   MEMBERS      CONNECTIONS
websites          MEMBERS      PUBLIC   MEMBERS      CONNECTIONS
current_position  MEMBERS      PUBLIC   MEMBERS      CONNECTIONS
about             CONNECTIONS  PUBLIC   MEMBERS      CONNECTIONS
pronouns          CONNECTIONS  PUBLIC   MEMBERS      CONNECTIONS
positions         CONNECTIONS  PUBLIC   MEMBERS      CONNECTIONS
education         CONNECTIONS  PUBLIC   MEMBERS      CONNECTIONS
skills            CONNECTIONS  PUBLIC   MEMBERS      CONNECTIONS
languages         CONNECTIONS  PUBLIC   MEMBERS      CONNECTIONS
email             CONNECTIONS  MEMBERS  CONNECTIONS  ONLY_ME
phone             CONNECTIONS  MEMBERS  CONNECTIONS  ONLY_ME
birthday          CONNECTIONS  MEMBERS  CONNECTIONS  ONLY_ME
address           CONNECTIONS  MEMBERS  CONNECTIONS  ONLY_ME
connections       CONNECTIONS  MEMBERS  MEMBERS      CONNECTIONS
"""
FIELDS = {line.split()[0]: line.split()[1:] for line in _FIELDS.strip().splitlines()}


def test_the_table_of_fields_is_this_one() -> None:
    assert {field.value for field in ProfileField} == set(FIELDS)
    assert {field.value: [r.default.name, r.widest.name] for field, r in RESTRICTIONS.items()} == {
        name: row[:2] for name, row in FIELDS.items()
    }


@pytest.mark.parametrize(("preset", "column"), [("OPEN", 2), ("BALANCED", 0), ("CLOSED", 3)])
def test_a_preset_gives_each_field_this_audience(preset: str, column: int) -> None:
    given = {f.value: preset_audience(Preset[preset], f).name for f in ProfileField}
    assert given == {name: row[column] for name, row in FIELDS.items()}


def packed(chosen: dict[ProfileField, str]) -> int:
    """Audiences as a row carries them: three bits for each field, in the order of the table."""
    return sum(
        oracle.AUDIENCES.index(chosen.get(field, "ONLY_ME")) << 3 * place
        for place, field in enumerate(ProfileField)
    )


@pytest.mark.parametrize("relation", STANDINGS)
@pytest.mark.parametrize("audience", oracle.AUDIENCES)
def test_a_view_shows_a_field_by_that_very_fields_audience(relation: str, audience: str) -> None:
    for field in ProfileField:
        # Every other field is for its owner alone.
        row = {"audiences": packed({field: audience}), field.value: "shown"}
        view = MemberView(row, STANDINGS[relation])
        shows = oracle.field_visible(relation, field.value, audience)
        assert view.shows(field) == shows, field
        assert view.value(field) == ("shown" if shows else None), field
        own = relation == "self"
        hidden = [] if own else [f for f in ProfileField if f is not field or not shows]
        assert view.hidden() == hidden, field


@pytest.mark.parametrize("relation", STANDINGS)
@pytest.mark.parametrize("audience", oracle.AUDIENCES)
def test_a_current_position_leaves_its_door_by_its_own_audience(
    relation: str, audience: str
) -> None:
    names = ("id", "title", "company", "location", "description", "started_on")
    row = {f"current_{name}": name for name in names}
    row |= {"audiences": packed({ProfileField.CURRENT_POSITION: audience})}
    shown = current_position(MemberView(row, STANDINGS[relation]))
    assert (shown is not None) == oracle.visible(relation, audience)
    assert current_position(MemberView(row | {"current_id": None}, Standing.SELF)) is None


def _headlines(people: list[Member], _: Level) -> Column[str]:
    assert people, "nobody is asked for nothing"
    return [person.view.row["headline"] for person in people]


def test_a_batch_is_given_those_alone_whose_field_is_open() -> None:
    """Before any door is asked: what the doors would refuse is not even wanted of them."""
    field = restricted(ProfileField.HEADLINE, description="", batch=_headlines)
    people = [
        Member(view=MemberView({"audiences": packed({field: audience}), "headline": audience}, own))
        for field in (ProfileField.HEADLINE, ProfileField.INDUSTRY)
        for audience in ("CONNECTIONS", "MEMBERS")
        for own in (Standing.SELF, Standing.SIGNED_IN)
    ]
    level = Level(None, None, {}, None)  # type: ignore[arg-type]
    column = field.column(people, level)
    # For whom the industry alone is open, the headline is for oneself.
    shown = ["CONNECTIONS", None, "MEMBERS", "MEMBERS", "CONNECTIONS", None, "MEMBERS", None]
    assert column == shown
    closed = [person for person, value in zip(people, column, strict=True) if value is None]
    assert field.column(closed, level) == [None] * 3
    assert field.column(people[:1], level) == ["CONNECTIONS"]


def invitation(**changes: object) -> Facts:
    """From Ann to Ben, sent at T0 for ten days, and nothing has happened since."""
    sent = Facts(EVE, ANN, BEN, None, T0, T0 + 10 * DAY, None, None, None, True)
    return replace(sent, **changes)  # type: ignore[arg-type]


ACCEPTED = {"answer": "ACCEPTED", "open": False}
DECLINED = {"answer": "DECLINED"}
WITHDRAWN = {"withdrawn_at": T0 + DAY, "open": False}
CANCELLED = {"cancelled_at": T0 + DAY}


# What happened; days since; what the inviter may know; what the invitee may; whether it stands.
@pytest.mark.parametrize(
    ("happened", "days", "inviter", "invitee", "stands"),
    [
        ({}, 1, "PENDING", "PENDING", True),
        ({}, 9.99, "PENDING", "PENDING", True),
        ({}, 10, "EXPIRED", "EXPIRED", False),
        (ACCEPTED, 1, "ACCEPTED", "ACCEPTED", False),
        (ACCEPTED, 11, "ACCEPTED", "ACCEPTED", False),
        (DECLINED, 1, "PENDING", "DECLINED", True),
        (DECLINED, 11, "EXPIRED", "EXPIRED", False),
        (WITHDRAWN, 1, "WITHDRAWN", None, False),
        (WITHDRAWN, 11, "WITHDRAWN", None, False),
        (CANCELLED, 1, "PENDING", None, True),
        (CANCELLED, 11, "EXPIRED", None, False),
        ({**DECLINED, **CANCELLED}, 1, "PENDING", None, True),
        ({"open": False}, 1, "PENDING", "PENDING", False),
    ],
)
def test_an_invitation_is_this_to_each_of_its_ends(
    happened: dict[str, object], days: float, inviter: str, invitee: str | None, stands: bool
) -> None:
    facts, at = invitation(**happened), T0 + days * DAY
    assert rules.inviter_status(facts, at) is InvitationStatus[inviter]
    assert rules.invitee_status(facts, at) is (invitee and InvitationStatus[invitee])
    assert rules.status_for(ANN, facts, at) is rules.inviter_status(facts, at)
    assert rules.status_for(BEN, facts, at) is rules.invitee_status(facts, at)
    assert rules.status_for(EVE, facts, at) is None
    assert rules.stands(facts, at) is stands


def prospect(**changes: object) -> Prospect:
    """Ann, who may well invite Ben."""
    able = Prospect(ANN, BEN, Relation(Standing.SIGNED_IN), None, (), None, None, 0)
    return replace(able, **changes)  # type: ignore[arg-type]


FROM_ANN = invitation()
FROM_BEN = invitation(inviter_id=BEN, invitee_id=ANN)
NOW = T0 + 5 * DAY
WAITING = NOW - 20 * DAY
RESTED = NOW - 21 * DAY
YEAR_AGO = NOW - 365 * DAY


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({}, None),
        ({"subject_id": ANN}, "CANNOT_TARGET_SELF"),
        ({"relation": ABSENT}, "NOT_FOUND"),
        ({"relation": Relation(Standing.SECOND_DEGREE)}, None),
        ({"relation": Relation(Standing.CONNECTED)}, "ALREADY_CONNECTED"),
        ({"invitation": FROM_ANN}, "ALREADY_PENDING"),
        ({"invitation": replace(FROM_ANN, answer="DECLINED")}, "ALREADY_PENDING"),
        ({"invitation": replace(FROM_ANN, cancelled_at=T0)}, "ALREADY_PENDING"),
        ({"invitation": replace(FROM_ANN, expires_at=NOW)}, None),
        ({"invitation": FROM_BEN}, None),
        ({"withdrawn_at": WAITING}, "COOLDOWN"),
        ({"withdrawn_at": RESTED}, None),
        ({"removed_at": WAITING}, "COOLDOWN"),
        ({"removed_at": RESTED}, None),
        ({"withdrawn_at": RESTED, "removed_at": WAITING}, "COOLDOWN"),
        # Whose invitation waits may be answered however long one should wait to send.
        ({"withdrawn_at": WAITING, "invitation": FROM_BEN}, None),
        ({"sent": (WAITING, RESTED)}, None),
        ({"sent": (WAITING, RESTED, RESTED)}, "COOLDOWN"),
        ({"sent": (WAITING, RESTED, YEAR_AGO)}, None),
        ({"sent": (RESTED, YEAR_AGO, WAITING, RESTED)}, "COOLDOWN"),
        ({"connections": 4}, None),
        ({"connections": 5}, "CONNECTION_LIMIT_REACHED"),
        ({"connections": 5, "invitation": FROM_BEN}, "CONNECTION_LIMIT_REACHED"),
        # Nothing is told of somebody absent but their absence.
        ({"relation": ABSENT, "invitation": FROM_ANN, "connections": 5}, "NOT_FOUND"),
    ],
)
def test_somebody_may_be_invited_unless(changes: dict[str, object], refusal: str | None) -> None:
    expected = refusal and ConnectRefusal[refusal]
    assert rules.may_invite(prospect(**changes), LIMITS, NOW) is expected


def test_the_latest_reason_to_wait_is_what_counts() -> None:
    asked = prospect(withdrawn_at=WAITING, removed_at=RESTED, sent=(RESTED, RESTED, WAITING))
    assert rules.wait_until(asked, LIMITS) == RESTED + 365 * DAY
    assert rules.wait_until(prospect(withdrawn_at=WAITING), LIMITS) == WAITING + 21 * DAY
    assert rules.wait_until(prospect(), LIMITS) is None
