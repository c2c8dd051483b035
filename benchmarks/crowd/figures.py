"""What one crowd comes to, and the table of several."""

from __future__ import annotations

from dataclasses import dataclass

_HEAD = (
    "server",
    "subscribers",
    "connected",
    "delivered",
    "KiB a socket",
    "p50 ms",
    "p99 ms",
    "CPU ms a delivery",
)


@dataclass(frozen=True, slots=True)
class Figures:
    """Memory in KiB, times in milliseconds; CPU is the server's own, its mutations among it."""

    server: str
    size: int
    connected: int
    delivered: int
    socket_kib: float
    p50_ms: float
    p99_ms: float
    core_ms: float

    @property
    def row(self) -> str:
        return _row(
            self.server,
            f"{self.size:,}",
            f"{self.connected:,}",
            f"{self.delivered:,}",
            f"{self.socket_kib:.0f}",
            f"{self.p50_ms:.1f}",
            f"{self.p99_ms:.1f}",
            f"{self.core_ms:.2f}",
        )


def table(found: list[Figures]) -> str:
    """In Markdown, a line for each."""
    return "\n".join([_row(*_HEAD), "|" + "---|" * len(_HEAD), *(one.row for one in found)])


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
