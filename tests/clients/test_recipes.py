"""The recipes of docs/clients do what they say: each first program is run, each other is ours."""

from __future__ import annotations

import re
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from graphql import build_schema, is_object_type, parse, validate

from netql.api.schema import printed
from tests.clients.conftest import MISSING, PACKAGE, World, may_do_without, workplace

DOCS = PACKAGE.parents[1] / "docs" / "clients"
ADDRESS = "127.0.0.1:8000"
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
# Programs that end by themselves and print Ben's phone, as Ann sees it.
RUN = [("apollo.md", "js"), ("urql.md", "js"), ("python.md", "python"), ("curl.md", "sh")]
RUN.append(("curl.md", "js"))
# Excerpts of programs that the tests run, and those programs.
EXCERPTS = {
    "relay.md": ("relay/relay.config.json", "relay/Story.ts"),
    "codegen.md": ("codegen/codegen.mjs", "codegen/Story.ts"),
}
# What a page shows behind its first program, and the program that has it.
PARTS = {"subscriptions.md": "sockets.mjs", "apollo.md": "apollo-pages.mjs"}
needs_node = pytest.mark.skipif(may_do_without(), reason=MISSING)


def program(page: str, language: str) -> str:
    found = [text for kind, text in BLOCK.findall((DOCS / page).read_text()) if kind == language]
    return str(found[0])


def _put(token: str) -> Iterator[tuple[str, str]]:
    for placeholder in ("Bearer TOKEN", "TOKEN=TOKEN"):
        yield placeholder, placeholder.removesuffix("TOKEN") + token


def ran(world: World, directory: Path, page: str, language: str) -> subprocess.Popen[str]:
    """The page's first program in that language, as Ann, on the running demo."""
    text = program(page, language)
    token = world.tokens["ben" if page == "subscriptions.md" else "ann"]
    for placeholder, value in ((ADDRESS, world.server.url.removeprefix("http://")), *_put(token)):
        text = text.replace(placeholder, value)
    assert token in text
    assert ADDRESS not in text
    if language == "js":
        place = workplace("codegen", directory)
        (place / "recipe.mjs").write_text(text)
        preload = (PACKAGE / "preload.mjs").as_uri()
        words = ["node", "--import", preload, str(place / "recipe.mjs")]
    else:
        words = [sys.executable if language == "python" else "bash", "-c", text]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@needs_node
@pytest.mark.parametrize(("page", "language"), RUN)
def test_a_recipe_prints_what_it_asks_for(
    world: World, tmp_path: Path, page: str, language: str
) -> None:
    phone = world.ask("ann", '{ member(by: {handle: "ben"}) { phone } }')["member"]["phone"]
    out, err = ran(world, tmp_path, page, language).communicate(timeout=60)
    assert phone in out, err


@needs_node
def test_the_recipe_of_graphql_ws_prints_what_arrives(world: World, tmp_path: Path) -> None:
    listening = ran(world, tmp_path, "subscriptions.md", "js")
    try:
        for line in _lines(listening, world):
            assert line == "again\n"
            return
    finally:
        listening.kill()
        listening.communicate()
    raise AssertionError("nothing was printed")


def _lines(process: subprocess.Popen[str], world: World) -> Iterator[str]:
    """What it prints while Dan invites Ben; he does so until it has begun to listen."""
    invite = """mutation($id: ID!) { sendInvitation(input: {memberId: $id, note: "again"}) {
      userErrors { code } } }"""
    ben = world.key("ben")
    assert process.stdout
    for _ in range(40):
        world.ask("dan", invite, id=ben)
        if select.select([process.stdout], [], [], 0.5)[0]:
            yield process.stdout.readline()
            return
        world.as_it_was()


@pytest.mark.parametrize("page", EXCERPTS)
def test_an_excerpt_is_of_a_program_that_is_run(page: str) -> None:
    sources = [(PACKAGE / name).read_text() for name in EXCERPTS[page]]
    lines = {line.strip() for text in sources for line in text.splitlines()}
    blocks = BLOCK.findall((DOCS / page).read_text())
    assert len(blocks) >= 2
    for _, text in blocks:
        assert [line for line in text.splitlines() if line.strip() not in lines] == []


@pytest.mark.parametrize("page", PARTS)
def test_a_page_s_second_block_is_part_of_a_program_that_is_run(page: str) -> None:
    part = BLOCK.findall((DOCS / page).read_text())[1][1]
    assert len(part.splitlines()) > 5
    assert part in (PACKAGE / PARTS[page]).read_text()


def test_clients_that_do_not_resume_by_themselves_are_told_how() -> None:
    for page in ("apollo.md", "urql.md", "relay.md"):
        assert "resuming(sockets)" in (DOCS / page).read_text()


def test_every_page_is_listed_and_every_link_leads_somewhere() -> None:
    index = (DOCS / "README.md").read_text()
    pages = {page.name for page in DOCS.glob("*.md")} - {"README.md"}
    assert pages == set(re.findall(r"\]\((\w+\.md)\)", index))
    for page in DOCS.glob("*.md"):
        for link in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
            assert (page.parent / link).is_file(), (page.name, link)


def test_versions_are_those_that_are_pinned() -> None:
    pinned = (PACKAGE / "package.json").read_text()
    pinned += (PACKAGE.parents[1] / "requirements-dev.lock").read_text()
    versions = re.findall(
        r"\d+\.\d+\.\d+", (DOCS / "README.md").read_text().split("Four things")[0]
    )
    versions.remove("127.0.0")
    assert len(versions) == 7
    for version in versions:
        assert f'"{version}"' in pinned or f"gql=={version} " in pinned


def test_every_type_without_an_id_is_named_to_graphcache() -> None:
    # It knows pages and their items by their names, and payloads by their place.
    known = re.compile(r"__.*|.*Connection|.*Edge|PageInfo|.*Payload|.*UserError")
    schema = build_schema(printed())
    roots = {schema.query_type, schema.mutation_type, schema.subscription_type}
    without = {
        name
        for name, kind in schema.type_map.items()
        if is_object_type(kind) and kind not in roots and "id" not in kind.fields
    }
    without = {name for name in without if not known.fullmatch(name)}
    [keys] = re.findall(r"`keys`(.*?)\.\n", (DOCS / "urql.md").read_text(), re.DOTALL)
    assert set(re.findall(r"`(\w+)`", keys)) == without


def test_their_operations_fit_the_schema() -> None:
    schema = build_schema(printed())
    found = 0
    for page in DOCS.glob("*.md"):
        for _, text in BLOCK.findall(page.read_text()):
            for operation in re.findall(r'"query": "(.*?)"[,}]', text):
                found += 1
                assert validate(schema, parse(dedent(operation))) == []
    assert found >= 2
