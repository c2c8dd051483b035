"""Rules of what members may be told of."""

from __future__ import annotations

from tests.privacy.mutants.mutant import EVENT_DOORS, EVENTS, KEPT, LIVE, TELLING, Mutant

FILE = "connections/telling.py"

MUTANTS = [
    Mutant(
        "an event tells of what is no longer pending",
        FILE,
        "return status is InvitationStatus.PENDING",
        "return status is not None",
        LIVE,
    ),
    Mutant(
        "who declined is told of a withdrawal",
        FILE,
        "found.withdrawn_at is not None and found.answer is None",
        "found.withdrawn_at is not None",
        TELLING,
    ),
    Mutant(
        "who blocked is told of a withdrawal",
        FILE,
        " and found.cancelled_at is None",
        "",
        TELLING,
    ),
    Mutant(
        "a withdrawal is told while the invitation waits",
        FILE,
        "found.withdrawn_at is not None and found.answer",
        "found.answer",
        EVENT_DOORS,
    ),
    Mutant(
        "an answer is told of what expired",
        FILE,
        "return kind == INVITATION_CONCLUDED and status in (",
        "return kind == INVITATION_CONCLUDED and status not in (None,) or status in (",
        TELLING,
    ),
    Mutant(
        "an inviter is told of an answer that was none",
        FILE,
        "            inviter_status(found, at) is InvitationStatus.ACCEPTED\n",
        "            inviter_status(found, at) is not None\n",
        EVENT_DOORS,
    ),
    Mutant(
        "third parties are told as invitees",
        FILE,
        "    if reader_id != found.invitee_id:\n        return False\n",
        "",
        EVENT_DOORS,
    ),
    Mutant(
        "events tell of invitations of the absent",
        FILE,
        '\n   AND {sql.present("pairs.viewer_id", "o")}\n',
        "\n",
        LIVE,
    ),
    Mutant(
        "events tell of ties to the absent",
        FILE,
        ' WHERE {sql.present("pairs.viewer_id", "o")}\n',
        "",
        EVENT_DOORS,
    ),
    Mutant(
        "the absent are counted among what waits",
        "connections/queries.py",
        """{_WAITS} AND {sql.present('i.invitee_id', 'o')}\"""",
        '{_WAITS}"',
        EVENT_DOORS,
    ),
    Mutant(
        "an event shows members who are absent",
        "members/columns.py",
        "\"\n        f\" WHERE {sql.present('pairs.viewer_id', 'm')}\"",
        '"',
        EVENT_DOORS,
    ),
    Mutant(
        "a decline is recorded for the inviter",
        "connections/actions.py",
        "inviter.\n            await record(InvitationConcluded(found.id, viewer_id))",
        "inviter.\n            await record(InvitationConcluded(found.id, found.inviter_id))",
        EVENTS,
    ),
    Mutant(
        "a withdrawal takes longer where it waited",
        "connections/actions.py",
        "            if present:\n",
        "            if present and found.answer is None:\n",
        ("../connections/test_withdraw_invitation.py",),
    ),
    Mutant(
        "who signed out hears on",
        "api/following.py",
        "verdict if verdict.signed_in else Unauthenticated()",
        "verdict",
        ("../live/test_holding.py",),
    ),
    Mutant(
        "who signed out and is told of nothing listens on",
        "api/following.py",
        "        if not signed_in:\n            found[follower]",
        "        if not signed_in and follower is None:\n            found[follower]",
        ("../live/test_holding.py",),
    ),
    Mutant(
        "who signed out is told of a reset",
        "api/live.py",
        "if not all(await live_among([context.viewer], anew=True)):",
        "if False:",
        ("../live/test_resets.py",),
    ),
    Mutant(
        "an event that could not be shown is passed over",
        "api/showing.py",
        "if _failed(result, _PASSING) or 0 < slow < TRIES:",
        "if False:",
        ("../live/test_outages.py",),
    ),
    Mutant(
        "an event past its day is told while it is the newest",
        "api/history.py",
        "for entry in entries if entry.id >= oldest]",
        "for entry in entries]",
        KEPT,
    ),
    Mutant(
        "a cursor past its day is good while it is the newest",
        "events/recording.py",
        'if row is None or row["id"] < oldest:',
        "if row is None:",
        KEPT,
    ),
    Mutant(
        "a made-up cursor tells whether a log was pruned",
        "events/recording.py",
        "if row is None and member_id >= oldest and not",
        "if row is None and not",
        KEPT,
    ),
    Mutant(
        "a page takes longer where something was withheld",
        "connections/telling.py",
        "    invitations = await _invitations(_about(asked, OF_INVITATIONS), evenly, need)\n",
        "    invitations = await _invitations(_about(asked, OF_INVITATIONS), False, need)\n",
        EVENTS,
    ),
]
