"""Which texts run: any, any with a note, trusted ones only."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from netql.api.manifests import hash_of
from netql.app import create_app
from netql.settings import Settings, TrustedMode
from tests.documents.conftest import ENTER, ME, STRANGE, Netql, apollo
from tests.explorer.conftest import client_of
from tests.processes import command, environment, netql

FORBIDDEN = [
    STRANGE,
    "{ viewer { handle } }",
    ME + " ",
    "{ __schema { types { name } } }",
    "{ not graphql",
    'mutation Up { signUp(input: {handle: "x", name: "X", password: "y"}) { accessToken } }',
]


async def test_any_text_runs_where_it_may(lenient: Netql) -> None:
    answer = await lenient.post(query=STRANGE)
    assert answer.json() == {"data": {"strange": "Query"}}


@pytest.mark.parametrize("text", FORBIDDEN)
async def test_nothing_but_trusted_texts_runs(strict: Netql, text: str) -> None:
    operations = strict.app._view._schema.operations  # type: ignore[attr-defined]
    for answer in (await strict.post(query=text), await strict.get(query=text)):
        (error,) = answer.json()["errors"]
        assert error["message"] == "Only trusted documents run here."
        assert error["extensions"]["code"] == "QUERY_NOT_IN_SAFELIST"
        assert answer.json().get("data") is None
        assert "locations" not in error
    with_hash = await strict.post(query=text, **apollo(hash_of(text)))
    assert with_hash.json()["errors"][0]["extensions"]["code"] == "QUERY_NOT_IN_SAFELIST"
    assert (len(operations.documents), len(operations.trusted.registered)) == (0, 0)


async def test_a_trusted_text_runs_as_a_text_too(any_mode: Netql) -> None:
    assert (await any_mode.post(query=ME)).json() == {"data": {"viewer": None}}
    assert (await any_mode.post(query=ENTER)).json()["data"]["signIn"]
    assert (await any_mode.post(query=ME, documentId="1c3a")).json() == {"data": {"viewer": None}}


async def test_a_text_that_is_not_trusted_is_noted_once(
    modes: dict[TrustedMode, Netql], caplog: pytest.LogCaptureFixture
) -> None:
    text = "query Noted { noted: __typename }"
    with caplog.at_level(logging.INFO, "netql.trusted"):
        for mode in (TrustedMode.OPEN, TrustedMode.PREFERRED, TrustedMode.PREFERRED):
            await modes[mode].post(query=text)
        await modes[TrustedMode.PREFERRED].post(query=ME)
    assert [record.getMessage() for record in caplog.records] == [
        f"a text runs that is not trusted: sha256:{hash_of(text)}"
    ]
    assert "noted" not in caplog.text


@pytest.mark.parametrize("explorer", [True, False])
async def test_the_explorers_own_tabs_run_where_it_is_served(
    database: Settings, manifests: Path, explorer: bool
) -> None:
    from netql.api.explorer import example_texts

    settings = database.model_copy(
        update={
            "trusted_documents": manifests,
            "trusted_mode": TrustedMode.ONLY,
            "explorer": explorer,
        }
    )
    async with client_of(create_app(settings)) as client:
        plain = example_texts()[-1]
        answer = (await client.post("/graphql", json={"query": plain})).json()
    assert ("errors" not in answer) == explorer


def test_the_command_tells_how_and_looks_them_over(
    tmp_path: Path, manifests: Path, new_database: Callable[[], str]
) -> None:
    url = new_database()
    told = command(environment(url, tmp_path), tmp_path, "trusted-documents")
    for word in ("persistedDocuments: true", "persistConfig", "any text runs"):
        assert word in told
    env = environment(url, tmp_path, trusted_documents=str(manifests), trusted_mode="only")
    told = command(env, tmp_path, "trusted-documents")
    assert f"6 valid texts in {manifests}, NETQL_TRUSTED_MODE=only" in told
    (tmp_path / "Bad.graphql").write_text("{ nothing }")
    env = environment(url, tmp_path, trusted_documents=str(tmp_path))
    refused = netql(env, tmp_path, "trusted-documents")
    assert refused.returncode == 2
    assert "NETQL_TRUSTED_DOCUMENTS holds a text that is not valid" in refused.stderr
    # By the limits of the settings, as `serve` does.
    (tmp_path / "Bad.graphql").write_text("{ viewer { connections { nodes { id } } } }")
    assert "1 valid texts" in command(env, tmp_path, "trusted-documents")
    refused = netql({**env, "NETQL_LIMIT_DEPTH": "3"}, tmp_path, "trusted-documents")
    assert refused.returncode == 2
    assert "At most 3 levels" in refused.stderr
