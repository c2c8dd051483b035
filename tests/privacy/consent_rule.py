"""The consent rule, as the architecture words it: what acts of v alone may show v, and why.

Nothing, but for three exceptions: somebody's own standing invitation was consumed; v lifted a
block of his own; a field is for EXTENDED, and a connection of its owner's connected with v by an
invitation of their own. A tie belongs to both of its ends: the consent of one of them is enough
here, because the other's list admits v already, or nobody would see the tie.
"""

from __future__ import annotations

from dataclasses import dataclass

from netql.privacy.audience import Audience
from netql.privacy.fields import ProfileField
from tests.privacy.consent_world import Consents, World
from tests.privacy.marked import Marked
from tests.privacy.sight import Fact


@dataclass(frozen=True)
class Step:
    """The world before and after an act of v's."""

    world: World
    before: Consents
    after: Consents

    @property
    def consumed(self) -> frozenset[str]:
        """Who had invited v, and is connected with v since this act."""
        v = self.world.v.id
        return frozenset(
            key
            for key in self.before.standing
            if frozenset((v, key)) in self.after.ties - self.before.ties
        )

    @property
    def lifted(self) -> frozenset[str]:
        """Whom v does not block any more."""
        return self.before.blocked - self.after.blocked

    def middles(self, subject: Marked) -> frozenset[str]:
        """Connections of v's whose tie to the subject v may see."""
        if subject.list_audience < Audience.MEMBERS:
            return frozenset()
        return frozenset(
            other.id
            for other in self.world.others
            if other.list_audience >= Audience.CONNECTIONS
            and frozenset((self.world.v.id, other.id)) in self.after.ties
            and frozenset((subject.id, other.id)) in self.after.ties
        )

    def reason(self, fact: Fact) -> str | None:
        """By which exception v may have learned the fact; None: by none, so it is a leak."""
        kind, who, *more = fact
        if kind == "tie":
            return self._tie(who)
        subject = self.world.by_id()[who]
        if kind in ("present", "found"):
            return "lifted" if who in self.lifted else None
        if kind == "near":
            return self._near(subject, more[0])
        if kind == "mutual":
            return self._mutual(who, more[0])
        if kind in ("value", "open"):
            fields = more[0] if kind == "value" else (more[0],)
            return next(filter(None, (self._field(subject, name) for name in fields)), None)
        return None

    def _tie(self, ends: frozenset[str]) -> str | None:
        if ends & self.consumed:
            return "consumed"
        return "lifted" if ends & self.lifted else None

    def _near(self, subject: Marked, rung: int) -> str | None:
        if subject.id in self.consumed:
            return "consumed"
        if rung == 1:
            return None
        if subject.id in self.lifted and self.middles(subject):
            return "lifted"
        return "through a connection" if self.middles(subject) & self.consumed else None

    def _mutual(self, subject: str, shared: str) -> str | None:
        if self.consumed & {subject, shared}:
            return "consumed"
        return "lifted" if subject in self.lifted else None

    def _field(self, subject: Marked, name: ProfileField) -> str | None:
        audience = subject.audience(name)
        middles = self.middles(subject) if audience is Audience.EXTENDED else frozenset()
        if audience is not Audience.ONLY_ME and subject.id in self.consumed:
            return "consumed"
        if subject.id in self.lifted and (audience >= Audience.MEMBERS or middles):
            return "lifted"
        return "through a connection" if middles & self.consumed else None
