"""Making trusted texts ready before anybody asks for them."""

from __future__ import annotations

from collections.abc import Mapping

from graphql import OperationType

from netql.api.manifests import SETTING
from netql.api.operations import Asked, Mistaken, NotAllowed, Operations
from netql.errors import ConfigurationError

HOW_TO = """\
A trusted document is a text of one of your own clients. Clients send its id alone, netql finds it
made ready, and where NETQL_TRUSTED_MODE=only nothing else runs.

Let your client's build write its texts down:

  graphql-codegen   preset: 'client', presetConfig: { persistedDocuments: true }
                    writes persisted-documents.json beside the generated code
  relay-compiler    "persistConfig": { "file": "./persisted.json", "algorithm": "SHA256" }
                    fills persisted.json, which must be there: begin with {}
  Apollo            npx generate-persisted-query-manifest
                    writes persisted-query-manifest.json
  none of them      put each text into a .graphql file, to the letter as it is sent

Give netql the file, or a folder with any number of them, and start it again:

  NETQL_TRUSTED_DOCUMENTS=persisted-documents.json
  NETQL_TRUSTED_MODE=preferred     others run too, and are logged by their hash
  NETQL_TRUSTED_MODE=only          others are refused

Then let clients send one of these in place of `query`, by POST, GET or WebSocket:

  {"documentId": "sha256:..."}     any id of a manifest, or the text's SHA-256
  {"doc_id": "..."}                the same, as Relay's examples call it
  {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "..."}}}
"""


def prepare(operations: Operations, texts: Mapping[str, str]) -> None:
    """Keep the texts for good, to be asked for by their ids. Raises ConfigurationError for one
    that is not valid."""
    for name, text in texts.items():
        operations.documents.trust([text])
        try:
            operations.find(Asked(text), tuple(OperationType))
        except (Mistaken, NotAllowed) as mistake:
            # Of several operations a request will name one.
            if operations.documents.find(text) is None:
                raise ConfigurationError(
                    f"{SETTING} holds a text that is not valid ({mistake}): {text[:80]!r}"
                ) from None
        document = operations.documents.find(text)
        assert document is not None
        operations.trusted.by_id[name] = document
