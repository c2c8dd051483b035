"""The GraphiQL explorer: served from our own files, under a strict content policy."""

from netql.api.explorer.examples import example_texts, introspection_text
from netql.api.explorer.page import explorer_assets, explorer_page

__all__ = ["example_texts", "explorer_assets", "explorer_page", "introspection_text"]
