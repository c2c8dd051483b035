"""For every stretch of every path: whom it reaches, from whom to set out, and why nobody else.

A stretch of the schema that has no line here fails the run, and so does a line that leads
nowhere any more. `reaches` is exact: the matrix fails if somebody is reached who is not named,
or is never reached who is.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.privacy import oracle

PRESENT = frozenset(name for name in oracle.RELATIONS if oracle.present(name))
EVERYBODY = PRESENT - {"guest"}
# With whom the viewer has an invitation that the viewer may still read, by who sent it.
WROTE = frozenset({"connected", "formerly connected", "invited viewer", "declined by viewer"})
WRITTEN_TO = frozenset({"invited by viewer", "declined by subject", "withdrawn by viewer"})
assert WROTE | WRITTEN_TO == oracle.SHOWN_BY_ID


@dataclass(frozen=True)
class Recipe:
    """Whom a stretch reaches, as signed-in viewer; `why` the others are unreachable.

    `start`: the relations of those members at whom a stretch from Member sets out.
    """

    reaches: frozenset[str]
    why: str = ""
    start: frozenset[str] = field(default=frozenset())

    def __post_init__(self) -> None:
        assert self.why or self.reaches >= EVERYBODY, "say why the others cannot be reached"


def _to(*reaches: str, why: str, start: str = "") -> Recipe:
    begin = frozenset(part.strip() for part in start.split(",")) if start else frozenset()
    return Recipe(frozenset(reaches), f"unreachable: {why}", begin)


_ALL = Recipe(EVERYBODY)
_ONESELF = _to("self", why="it is the viewer")
_INVITER = _to("self", *WROTE, why="they never wrote to the viewer")
_INVITEE = _to("self", *WRITTEN_TO, why="the viewer never wrote to them")
_TIES = _to("own tie", "tie of others", why="these are ties")
_OWN_TIE = _to("own tie", why="only of one's own is told")
_ENTRY = _to("own entry", why="nobody reads the entries of others")

QUERY = {
    "Query.viewer": _ONESELF,
    "Query.node(Member)": _ALL,
    "Query.nodes(Member)": _ALL,
    "Query.member": _ALL,
    "Query.searchMembers.edges.node": _ALL,
    "Query.searchMembers.nodes": _ALL,
    "Query.node(Invitation).inviter": _INVITER,
    "Query.node(Invitation).invitee": _INVITEE,
    "Query.nodes(Invitation).inviter": _INVITER,
    "Query.nodes(Invitation).invitee": _INVITEE,
    "Query.node(Connection)": _TIES,
    "Query.nodes(Connection)": _TIES,
    "Query.node(NetworkEntry)": _ENTRY,
    "Query.nodes(NetworkEntry)": _ENTRY,
    **{
        f"Query.events.{way}(InvitationEvent).invitation.{end}": recipe
        for way in ("edges.node", "nodes")
        for end, recipe in (
            ("inviter", _to(*WROTE, why="nobody accepted the viewer's own")),
            ("invitee", _ONESELF),
        )
    },
    **{
        f"Query.events.{way}(ConnectionEvent).connection": _OWN_TIE
        for way in ("edges.node", "nodes")
    },
    "Query.viewAs": _to("preview", why="it shows the viewer's own profile, to named eyes"),
}

_WAITING = "self, invited by viewer, declined by subject, invited viewer, declined by viewer"
_LIST = _to("own tie", "tie of others", why="these are ties", start="self, second degree")
# Mutual connections are connections: no other relation can be among them.
_MUTUAL = _to("connected", why="both ends are tied to the viewer", start="second degree, connected")
_SENT = ("invited by viewer", "declined by subject")

MEMBER = {
    "Member.connections.edges.node": _LIST,
    "Member.connections.nodes": _LIST,
    "Member.mutualConnections.edges.node": _MUTUAL,
    "Member.mutualConnections.nodes": _MUTUAL,
    "Member.viewerRelationship.connection": _to(
        "own tie", why="only one's own tie is asked for", start="connected, stranger"
    ),
    "Member.viewerRelationship.sentInvitation.inviter": _to(
        "self", why="the viewer sent it", start=_WAITING
    ),
    "Member.viewerRelationship.sentInvitation.invitee": _to(
        *_SENT, why="no invitation waits", start=_WAITING
    ),
    "Member.viewerRelationship.receivedInvitation.inviter": _to(
        "invited viewer", why="no invitation waits", start=_WAITING
    ),
    "Member.viewerRelationship.receivedInvitation.invitee": _to(
        "self", why="the viewer got it", start=_WAITING
    ),
    "Member.viewerRelationship.networkEntry": _to(
        "own entry",
        why="nobody reads the entries of others",
        start="added by viewer, added by subject",
    ),
    "Member.networkEntries.edges.node": _to(
        "own entry", why="nobody reads the entries of others", start="self, added by subject"
    ),
    "Member.networkEntries.nodes": _to(
        "own entry", why="nobody reads the entries of others", start="self, added by subject"
    ),
    **{
        f"Member.receivedInvitations.{way}.{end}": _to(
            who, why="only what waits for the viewer", start="self, invited by viewer"
        )
        for way in ("edges.node", "nodes")
        for end, who in (("inviter", "invited viewer"), ("invitee", "self"))
    },
    **{
        f"Member.sentInvitations.{way}.{end}": Recipe(
            frozenset(who),
            "unreachable: only what the viewer sent",
            frozenset({"self", "invited viewer"}),
        )
        for way in ("edges.node", "nodes")
        for end, who in (("inviter", ("self",)), ("invitee", _SENT))
    },
    # Reached through the ties of the viewer, and of others whose lists are open.
    "Connection.member": Recipe(
        EVERYBODY - {"hidden by subject"},
        "unreachable: their list is closed, so no tie of theirs is seen",
        frozenset({"self", "second degree"}),
    ),
    "NetworkEntry.person(Member)": Recipe(
        frozenset({"added by viewer"}), "unreachable: only whom the viewer added"
    ),
}

_OWN_PROFILE = (
    "updateProfile setFieldAudience applyPrivacyPreset"
    " addPosition updatePosition removePosition addEducation updateEducation removeEducation"
    " addSkill updateSkill removeSkill addLanguage updateLanguage removeLanguage"
    " addWebsite updateWebsite removeWebsite"
).split()


def _pair(mutation: str, *after: str) -> dict[str, Recipe]:
    """A mutation on a pair: after it, the other is one of these to the viewer."""
    reached = {"member": after, "viewer": ("self",)}
    return {
        f"Mutation.{mutation}.{node}": _to(*who, why="the mutation leaves nothing else")
        for node, who in reached.items()
    }


def _ends(mutation: str, inviter: str, invitee: str) -> dict[str, Recipe]:
    """Who are the ends of the invitation in a payload."""
    return {
        f"Mutation.{mutation}.invitation.{end}": _to(
            *(name.strip() for name in who.split(",")), why="the other end is somebody else"
        )
        for end, who in (("inviter", inviter), ("invitee", invitee))
    }


MUTATION = {
    **{f"Mutation.{name}.viewer": _ONESELF for name in _OWN_PROFILE},
    **_pair("sendInvitation", "invited by viewer", "connected", "second degree"),
    # One that meets the other's own invitation accepts that.
    **_ends("sendInvitation", "self, connected", "invited by viewer, second degree, self"),
    "Mutation.sendInvitation.connection": _to("own tie", why="the viewer's side is given"),
    **_pair("acceptInvitation", "connected"),
    **_ends("acceptInvitation", "connected", "self"),
    "Mutation.acceptInvitation.connection": _to("own tie", why="the viewer's side is given"),
    **_pair("declineInvitation", "declined by viewer"),
    **_ends("declineInvitation", "declined by viewer", "self"),
    **_pair("withdrawInvitation", "withdrawn by viewer"),
    **_ends("withdrawInvitation", "self", "withdrawn by viewer"),
    **_pair("removeConnection", "formerly connected"),
    **_pair("addToNetwork", "added by viewer", "connected", "second degree"),
    "Mutation.addToNetwork.networkEntry": _ENTRY,
    "Mutation.updateNetworkEntry.networkEntry": _ENTRY,
    "Mutation.updateNetworkEntry.viewer": _ONESELF,
    "Mutation.removeFromNetwork.viewer": _ONESELF,
    "Mutation.blockMember.viewer": _ONESELF,
    **_pair("unblockMember", "stranger", "second degree"),
}

SUBSCRIPTION = {
    "Subscription.invitationReceived.invitation.inviter": _to(
        "invited viewer", "second degree", why="only whose invitation waits"
    ),
    "Subscription.invitationReceived.invitation.invitee": _ONESELF,
    "Subscription.invitationEvents.invitation.inviter": _to(
        "self", "second degree", *WROTE, why="only who wrote, and the viewer whom they accepted"
    ),
    "Subscription.invitationEvents.invitation.invitee": _to(
        "self", "connected", why="only the viewer, and who accepted"
    ),
    "Subscription.connectionEvents.connection": _OWN_TIE,
}

RECIPES = QUERY | MEMBER | MUTATION | SUBSCRIPTION
