"""The files that name an operator's own texts, as the tools of client authors write them.

- graphql-codegen's client preset and relay-compiler: a JSON object of texts by their ids;
- Apollo's manifest: `{"format": "apollo-persisted-query-manifest", "operations": [{id, body}]}`;
- a `.graphql` file: one text, whose id is its SHA-256.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from netql.errors import ConfigurationError

SETTING = "NETQL_TRUSTED_DOCUMENTS"
_APOLLO = "apollo-persisted-query-manifest"


def hash_of(text: str) -> str:
    """The text's SHA-256 in hexadecimal: what clients call it by where they agreed on nothing
    else."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def texts_at(place: Path | None) -> dict[str, str]:
    """The texts of a manifest, or of a folder's manifests and `.graphql` files, by their ids.

    Each has its hash for an id as well, bare and after `sha256:`. None without a place. Raises
    ConfigurationError for what cannot be read, is no manifest, or gives one id to two texts.
    """
    if place is None:
        return {}
    found: dict[str, str] = {}
    try:
        for file in filter(_counts, sorted(place.iterdir())) if place.is_dir() else [place]:
            for name, text in _texts_of(file):
                if found.setdefault(name, text) != text:
                    raise ConfigurationError(f"{SETTING}: {file} has another text by {name!r}.")
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"{SETTING} must be a manifest or a folder that netql can read ({error})."
        ) from error
    return found


def _counts(file: Path) -> bool:
    return file.suffix in (".graphql", ".json")


def _texts_of(file: Path) -> Iterator[tuple[str, str]]:
    if file.suffix == ".graphql":
        pairs: list[Any] = [(None, file.read_text("utf-8"))]
    else:
        pairs = _pairs(orjson.loads(file.read_bytes()))
    for name, text in pairs:
        if not isinstance(text, str) or not isinstance(name, str | None):
            raise ValueError(f"{file} is no manifest")
        digest = hash_of(text)
        yield from ((one, text) for one in (name, digest, f"sha256:{digest}") if one)


def _pairs(manifest: Any) -> list[Any]:
    if not isinstance(manifest, dict):
        raise ValueError("a manifest is a JSON object")
    if manifest.get("format") == _APOLLO:
        try:
            return [(one["id"], one["body"]) for one in manifest["operations"]]
        except (KeyError, TypeError) as error:
            raise ValueError("an operation of a manifest has an id and a body") from error
    return list(manifest.items())
