"""The texts of an operator's own clients: read at the start, made ready, never driven out; and
what becomes of a text that is not among them."""

from __future__ import annotations

import logging

from graphql import GraphQLError

from netql.api.documents import Document, Documents
from netql.api.manifests import hash_of
from netql.api.persisted import (
    Digest,
    Registered,
    mismatched,
    not_found,
    not_listed,
    not_supported,
)
from netql.settings import TrustedMode

log = logging.getLogger("netql.trusted")


class Trusted:
    """What may be asked for by a name, and whether anything else runs."""

    def __init__(self, documents: Documents) -> None:
        self.mode = TrustedMode.OPEN
        # One look-up stands for everything: parsed, valid, planned.
        self.by_id: dict[str, Document] = {}
        self.registered = Registered()
        self._documents = documents

    def refuses(self, text: str) -> bool:
        """Whether the text must not run. Asked only where it is not kept."""
        return self.mode is TrustedMode.ONLY and not self._documents.trusts(text)

    def note(self, text: str) -> None:
        """Tell the operator of a text that `only` would refuse, by its hash alone."""
        if self.mode is TrustedMode.PREFERRED and not self._documents.trusts(text):
            log.info("a text runs that is not trusted: sha256:%s", hash_of(text))

    def text_of(self, reference: str, text: str) -> str | GraphQLError:
        """The text that is meant, sent along with its name or registered by it; or why there is
        none. Of a trusted document's id alone there is no need to ask."""
        if text:
            known = self.by_id.get(reference)
            fits = hash_of(text) == reference or (known is not None and known.text == text)
            return text if fits else mismatched()
        if not isinstance(reference, Digest):
            return not_listed()
        if self.mode is TrustedMode.ONLY:
            return not_supported()
        return self.registered.find(reference) or not_found()

    def register(self, reference: str, text: str) -> None:
        """Remember a valid text under its hash, unless it is trusted and known anyway."""
        if self.mode is not TrustedMode.ONLY and not self._documents.trusts(text):
            self.registered.register(reference, text)
