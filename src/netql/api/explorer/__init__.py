"""The GraphiQL explorer: served from our own files, under a strict content policy."""

from netql.api.explorer.page import explorer_assets, explorer_page

__all__ = ["explorer_assets", "explorer_page"]
