"""netql with trusted documents, in each mode, on the run's database."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from netql.api.manifests import hash_of
from netql.app import create_app
from netql.settings import Settings, TrustedMode

ME = "query Me { viewer { handle } }"
CALL = "query Call($id: ID!) { member(by: {id: $id}) { handle phone } }"
ENTER = """mutation Enter { signIn(input: {handle: "nobody", password: "wrong one"}) {
  userErrors { code } } }"""
SEVERAL = "query One { __typename } query Two { two: __typename }"
INVITES = "subscription Invites { invitationReceived { invitation { note inviter { handle } } } }"
# As three tools write them.
CODEGEN = {f"sha256:{hash_of(text)}": text for text in (ME, CALL, INVITES)}
RELAY = {"1c3a": ENTER, "5e7f": SEVERAL}
APOLLO = {
    "format": "apollo-persisted-query-manifest",
    "version": 1,
    "operations": [{"id": "apollo-me", "name": "Me", "type": "query", "body": ME}],
}
STRANGE = "{ strange: __typename }"


def apollo(digest: str) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest}}}


@dataclass(frozen=True)
class Netql:
    """One application, its client, and the mode that it is in."""

    app: Starlette
    http: httpx.AsyncClient
    mode: TrustedMode

    async def post(self, **body: Any) -> httpx.Response:
        return await self.http.post("/graphql", json=body)

    async def get(self, **params: Any) -> httpx.Response:
        said = {k: v if isinstance(v, str) else json.dumps(v) for k, v in params.items()}
        return await self.http.get("/graphql", params=said)

    async def code(self, **body: Any) -> str:
        """The code of the one error of an answer without data."""
        answer = (await self.post(**body)).json()
        assert answer.get("data") is None
        (error,) = answer["errors"]
        code: str = error["extensions"]["code"]
        return code


@pytest.fixture(scope="session")
def manifests(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("manifests")
    for name, manifest in (("codegen", CODEGEN), ("relay", RELAY), ("apollo", APOLLO)):
        (folder / f"{name}.json").write_text(json.dumps(manifest))
    (folder / "Typename.graphql").write_text("{ __typename }")
    (folder / "README.md").write_text("not a text")
    return folder


@pytest.fixture(scope="session")
async def modes(database: Settings, manifests: Path) -> AsyncIterator[dict[TrustedMode, Netql]]:
    made = {}
    async with AsyncExitStack() as stack:
        for mode in TrustedMode:
            settings = database.model_copy(
                update={"trusted_documents": manifests, "trusted_mode": mode, "explorer": False}
            )
            app = create_app(settings)
            client = httpx.AsyncClient(
                transport=httpx.ASGITransport(app=app), base_url="http://netql.test"
            )
            made[mode] = Netql(app, await stack.enter_async_context(client), mode)
        yield made


@pytest.fixture(params=list(TrustedMode))
def any_mode(request: pytest.FixtureRequest, modes: dict[TrustedMode, Netql]) -> Netql:
    return modes[request.param]


@pytest.fixture(params=[TrustedMode.OPEN, TrustedMode.PREFERRED])
def lenient(request: pytest.FixtureRequest, modes: dict[TrustedMode, Netql]) -> Netql:
    return modes[request.param]


@pytest.fixture
def strict(modes: dict[TrustedMode, Netql]) -> Netql:
    return modes[TrustedMode.ONLY]
