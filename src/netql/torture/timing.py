"""How long events took, from the inviter's request to the listener's ear."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from netql.torture.answering import Sent
from netql.torture.catching_up import Asker
from netql.torture.devices import Device
from netql.torture.fields import RECEIVED
from netql.torture.verdict import Verdict, percentile


def delays(sent: Iterable[Sent], listeners: Sequence[Device]) -> list[float]:
    """Seconds from the moment at which each invitation was asked for until each device heard it,
    but for those that ask every so often."""
    began = {one.invitation_id: one.began for one in sent}
    return [
        event.at - began[event.about]
        for one in listeners
        if not isinstance(one, Asker)
        for event in one.heard
        if event.kind == RECEIVED and event.about in began
    ]


def tell_delays(verdict: Verdict, found: Sequence[float], name: str = "delivery") -> None:
    """Their median and their 99th percentile among the figures, in milliseconds."""
    verdict.figures[f"{name}_p50_ms"] = percentile(found, 0.5) * 1000
    verdict.figures[f"{name}_p99_ms"] = percentile(found, 0.99) * 1000
