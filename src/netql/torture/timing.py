"""How long events took, from the inviter's request to the listener's ear."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from netql.torture.inviting import Sent
from netql.torture.listening import Listener
from netql.torture.verdict import Verdict, percentile


def delays(sent: Iterable[Sent], listeners: Sequence[Listener]) -> list[float]:
    """Seconds from the moment at which each invitation was asked for until each device heard it."""
    began = {one.invitation_id: one.began for one in sent}
    return [
        event.at - began[event.invitation_id]
        for one in listeners
        for event in one.heard
        if event.invitation_id in began
    ]


def tell_delays(verdict: Verdict, found: Sequence[float], name: str = "delivery") -> None:
    """Their median and their 99th percentile among the figures, in milliseconds."""
    verdict.figures[f"{name}_p50_ms"] = percentile(found, 0.5) * 1000
    verdict.figures[f"{name}_p99_ms"] = percentile(found, 0.99) * 1000
