"""Each client tells the demo's story, by itself and with what it is used for."""

from __future__ import annotations

import pytest

from tests.clients.conftest import MISSING, World, may_do_without, node

pytestmark = pytest.mark.skipif(may_do_without(), reason=MISSING)


@pytest.mark.parametrize(
    "client",
    [
        "plain",
        "apollo",
        "apollo-multipart",
        "apollo-pages",
        "badge",
        "urql",
        "urql-sse",
        "graphql-sse",
        "resumed",
    ],
)
def test_a_client_tells_the_story(world: World, client: str) -> None:
    assert "told" in node(f"{client}.mjs", **world.told)
