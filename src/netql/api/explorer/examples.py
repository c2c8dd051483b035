"""The texts of the tabs that the explorer opens with, as its page has them."""

from __future__ import annotations

import re

from netql.api.explorer.page import STATIC

# `const name = <text>;` for the demo's, `query: <text>,` for the plain one.
_TEXT = re.compile(r"(?:const \w+ =|query:) `(.*?)`[;,]", re.DOTALL)


def example_texts() -> list[str]:
    """What GraphiQL sends when a tab is run as it is."""
    return _TEXT.findall((STATIC / "examples.js").read_text("utf-8"))
