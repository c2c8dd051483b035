"""The schema as a text to download."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from netql.accounts.queries import viewer_of
from netql.api.schema import printed
from netql.errors import Overloaded, Unauthenticated
from netql.infra.tokens import Signer
from netql.settings import SchemaFor
from netql.viewer import GUEST


class SchemaText:
    """/schema.graphql: for whoever could ask for it by introspection, too."""

    def __init__(self, signer: Signer, readers: SchemaFor) -> None:
        self._signer = signer
        self._readers = readers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._answer(Request(scope)))(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if self._readers is SchemaFor.MEMBERS:
            try:
                viewer = await viewer_of(self._signer, request.headers.get("authorization"))
            except Unauthenticated:
                viewer = GUEST
            except Overloaded as busy:
                return PlainTextResponse(f"{busy.message}\n", 503)
            if viewer.is_guest:
                return PlainTextResponse("sign in to read the schema\n", 401)
        return PlainTextResponse(printed())
