"""The texts of an operator's own clients: read at the start, made ready, never driven out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from graphql import OperationType

from netql.api.operations import Asked, Mistaken, NotAllowed, Operations
from netql.errors import ConfigurationError

_SETTING = "NETQL_TRUSTED_DOCUMENTS"


def texts_in(folder: Path | None) -> list[str]:
    """The texts of the folder's `.graphql` files; none without a folder.

    A client has to send its text the same to the letter. Raises ConfigurationError for a folder
    that cannot be read.
    """
    if folder is None:
        return []
    try:
        return [
            file.read_text("utf-8")
            for file in sorted(folder.iterdir())
            if file.suffix == ".graphql"
        ]
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{_SETTING} must be a folder that netql can read ({error})."
        ) from error


def prepare(operations: Operations, texts: Iterable[str]) -> None:
    """Keep the texts for good. Raises ConfigurationError for one that is not valid."""
    for text in texts:
        operations.documents.trust([text])
        try:
            operations.find(Asked(text), tuple(OperationType))
        except (Mistaken, NotAllowed) as mistake:
            # Of several operations a request will name one.
            if operations.documents.find(text) is None:
                raise ConfigurationError(
                    f"{_SETTING} holds a text that is not valid ({mistake}): {text[:80]!r}"
                ) from None
