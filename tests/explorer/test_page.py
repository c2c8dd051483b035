"""The explorer's page runs its own files and nothing else, and is only where it should be."""

from __future__ import annotations

import re

import httpx
import pytest

from netql.api.explorer.page import STATIC
from tests.explorer.conftest import HTML

SCRIPT = re.compile(r"<script([^>]*)>(.*?)</script>", re.DOTALL)
ADDRESS = re.compile(r'(?:src|href)="([^"]*)"')


def policy(page: httpx.Response) -> dict[str, list[str]]:
    directives = page.headers["content-security-policy"].split("; ")
    return {name: sources for name, *sources in (one.split() for one in directives)}


async def page_of(client: httpx.AsyncClient) -> httpx.Response:
    page = await client.get("/graphql", headers=HTML)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    return page


async def test_the_page_forbids_whatever_is_not_its_own(http: httpx.AsyncClient) -> None:
    page = await page_of(http)
    directives = policy(page)
    assert directives["default-src"] == ["'none'"]
    assert directives["script-src"] == ["'self'"]
    assert directives["connect-src"] == ["'self'"]
    for name in ("frame-ancestors", "base-uri", "form-action"):
        assert directives[name] == ["'none'"]
    sources = {source for given in directives.values() for source in given}
    assert sources == {"'none'", "'self'", "'unsafe-inline'", "data:", "blob:"}
    assert [name for name, given in directives.items() if "'unsafe-inline'" in given] == [
        "style-src"
    ]
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"


async def test_the_page_holds_no_script_and_no_address_of_another_host(
    http: httpx.AsyncClient, demo: httpx.AsyncClient
) -> None:
    for client in (http, demo):
        text = (await page_of(client)).text
        scripts = SCRIPT.findall(text)
        assert len(scripts) == 6
        assert all("src=" in attributes and body == "" for attributes, body in scripts)
        assert not re.search(r"\son\w+=", text)
        assert "://" not in text


async def test_every_file_that_the_page_names_is_served_to_be_kept(
    http: httpx.AsyncClient,
) -> None:
    addresses = ADDRESS.findall((await page_of(http)).text)
    kinds = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
    assert len(addresses) == 10
    for address in addresses:
        file = await http.get(address)
        assert file.status_code == 200
        assert file.headers["content-type"].startswith(kinds[address.rpartition(".")[2]])
        assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert file.headers["x-content-type-options"] == "nosniff"
        # /explorer/<hash of all files>/<path>
        path = address.split("/", 3)[3]
        assert file.content == (STATIC / path).read_bytes()


@pytest.mark.parametrize("path", ["../page.py", "..%2fpage.py", "%2e%2e/page.py", "", "vendor"])
async def test_nothing_but_those_files_is_served(http: httpx.AsyncClient, path: str) -> None:
    first = ADDRESS.findall((await page_of(http)).text)[0]
    base = "/".join(first.split("/")[:3])
    assert (await http.get(f"{base}/boot.js")).status_code == 200
    answer = await http.get(f"{base}/{path}")
    assert answer.status_code in (404, 405)


async def test_modules_name_only_files_that_are_there() -> None:
    for module in STATIC.glob("*.js"):
        for name in re.findall(r"from '([^']+)'", module.read_text()):
            assert (module.parent / name).is_file(), (module.name, name)


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/graphql-response+json"])
@pytest.mark.parametrize("query", [None, "{ __typename }"])
async def test_who_does_not_ask_for_a_page_gets_none(
    http: httpx.AsyncClient, accept: str, query: str | None
) -> None:
    params = {} if query is None else {"query": query}
    answer = await http.get("/graphql", params=params, headers={"accept": accept})
    kind = "application/json" if accept == "*/*" else accept
    assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
    if query is None:
        assert answer.status_code == 400
        assert answer.json()["errors"]
    else:
        assert answer.json() == {"data": {"__typename": "Query"}}


async def test_a_browser_that_sends_a_query_gets_its_answer(http: httpx.AsyncClient) -> None:
    answer = await http.get("/graphql", params={"query": "{ __typename }"}, headers=HTML)
    assert answer.json() == {"data": {"__typename": "Query"}}


async def test_without_the_explorer_there_is_no_page_and_no_file(
    http: httpx.AsyncClient, bare: httpx.AsyncClient
) -> None:
    refused = await bare.get("/graphql", headers=HTML)
    assert refused.status_code == 400
    assert refused.headers["content-type"].startswith("application/json")
    for address in ADDRESS.findall((await page_of(http)).text):
        assert (await bare.get(address)).status_code == 404
    asked = await bare.post("/graphql", json={"query": "{ __typename }"})
    assert asked.json() == {"data": {"__typename": "Query"}}


async def test_the_choice_of_a_viewer_is_the_demos_alone(
    http: httpx.AsyncClient, demo: httpx.AsyncClient
) -> None:
    plain, played = (await page_of(http)).text, (await page_of(demo)).text
    assert 'data-demo="true"' in played
    assert 'id="viewing-as"' in played
    assert 'data-demo="false"' in plain
    assert 'id="viewing-as"' not in plain


async def test_tokens_of_the_cast_are_given_out_in_the_demo_alone(
    http: httpx.AsyncClient, bare: httpx.AsyncClient, demo: httpx.AsyncClient
) -> None:
    given = await demo.get("/demo/cast")
    assert given.status_code == 200
    assert given.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in given.headers
    for client in (http, bare):
        assert (await client.get("/demo/cast")).status_code == 404
