"""Texts that are sent by a name: `documentId`, Relay's `doc_id`, Apollo's `persistedQuery`.

The first two name trusted documents only. Apollo's is the text's SHA-256: a client sends it alone,
and where it is unknown once more together with the text, which is then registered. That spares
bytes and protects nothing, so what is registered is bounded, and trusted texts are kept elsewhere.
"""

from __future__ import annotations

from collections import OrderedDict
from sys import getsizeof
from typing import Any

from graphql import GraphQLError

# What is registered by anybody: so many texts, and so much memory.
MOST_REGISTERED = 1024
MOST_REGISTERED_BYTES = 4 * 1024 * 1024


class Digest(str):
    """A name that is Apollo's hash: its text may come along with it, to be registered."""

    __slots__ = ()


class Misnamed(Exception):
    """A reference that is none, and why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def reference_of(given: dict[str, Any], text: str | None) -> str | None:
    """How a request names its text, whatever it came by: the body of a POST, the parameters of a
    GET, the payload of a socket's `subscribe`. A text wins over an id. Raises Misnamed."""
    if extensions := given.get("extensions"):
        named = extensions.get("persistedQuery")
        if named is not None:
            return _apollo(named)
    if text:
        return None
    name = given.get("documentId")
    if name is None:
        name = given.get("doc_id")
        if name is None:
            return None
    if not isinstance(name, str) or not name:
        raise Misnamed("A `documentId` must be a string that is not empty.")
    return name


def _apollo(named: Any) -> Digest:
    name = named.get("sha256Hash") if isinstance(named, dict) else None
    if not isinstance(name, str) or not name:
        raise Misnamed("`extensions.persistedQuery` must be an object with a sha256Hash.")
    if named.get("version", 1) != 1:
        raise Misnamed("Unsupported persisted query version")
    return Digest(name)


# Messages and codes that Apollo's and urql's clients look for: after the first they send the text,
# after the second they stop asking by hash.
def not_found() -> GraphQLError:
    return GraphQLError("PersistedQueryNotFound", extensions={"code": "PERSISTED_QUERY_NOT_FOUND"})


def not_supported() -> GraphQLError:
    return GraphQLError(
        "PersistedQueryNotSupported", extensions={"code": "PERSISTED_QUERY_NOT_SUPPORTED"}
    )


def not_listed() -> GraphQLError:
    return GraphQLError(
        "There is no trusted document of that id.",
        extensions={"code": "PERSISTED_QUERY_NOT_IN_LIST"},
    )


def not_trusted() -> GraphQLError:
    return GraphQLError(
        "Only trusted documents run here.", extensions={"code": "QUERY_NOT_IN_SAFELIST"}
    )


def mismatched() -> GraphQLError:
    return GraphQLError("provided sha does not match query", extensions={"code": "BAD_REQUEST"})


class Registered:
    """Texts by their hashes, the least recently used let go where there is no room."""

    def __init__(
        self, most: int = MOST_REGISTERED, most_bytes: int = MOST_REGISTERED_BYTES
    ) -> None:
        self.weight = 0
        self._most = most
        self._most_bytes = most_bytes
        self._texts: OrderedDict[str, str] = OrderedDict()

    def __len__(self) -> int:
        return len(self._texts)

    def find(self, digest: str) -> str | None:
        text = self._texts.get(digest)
        if text is not None:
            self._texts.move_to_end(digest)
        return text

    def register(self, digest: str, text: str) -> None:
        """Keep the text, which must have that hash."""
        if digest in self._texts or getsizeof(text) > self._most_bytes:
            return
        self._texts[digest] = text
        self.weight += getsizeof(text)
        while len(self._texts) > self._most or self.weight > self._most_bytes:
            _, gone = self._texts.popitem(last=False)
            self.weight -= getsizeof(gone)
