"""What the explorer sends by itself, as its page has it: its tabs, and its question for the
schema."""

from __future__ import annotations

import re
from pathlib import Path

from netql.api.explorer.page import STATIC

# `const name = <text>;` for the demo's, `query: <text>,` for the plain one.
_TEXT = re.compile(r"(?:const \w+ =|query:) `(.*?)`[;,]", re.DOTALL)


# To the letter as the vendored GraphiQL sends it, blanks at the ends of lines and all.
_INTROSPECTION = Path(__file__).parent / "introspection.graphql"


def introspection_text() -> str:
    """What GraphiQL sends when it opens."""
    return _INTROSPECTION.read_text("utf-8")


def example_texts() -> list[str]:
    """What GraphiQL sends when a tab is run as it is."""
    return _TEXT.findall((STATIC / "examples.js").read_text("utf-8"))
