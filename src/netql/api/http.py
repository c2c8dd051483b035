"""GraphQL over HTTP, told who is asking; and the doors to streams and sockets.

Statuses: 200 for whatever was run, and with application/json for whatever was understood as
GraphQL, its mistakes told in the answer; 400 for what was not, and with
application/graphql-response+json for mistakes; 401 for a token that is not good; 403 for a page
that may not ask; 405, 406, 413 and 415 for a method, a type of answer, a size and a kind of
content; 429, with application/graphql-response+json, for who has spent all that one may; 503 when
the database is too busy.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping

from graphql import OperationType
from starlette.types import Receive, Scope, Send

from netql.accounts.queries import viewer_of
from netql.api.accepting import ANYTHING, JSON, Accepting, accepting
from netql.api.addresses import address_of
from netql.api.answering import ONE_ANSWER, Schema
from netql.api.context import Context, Services
from netql.api.operations import UNRESOLVED, NotAllowed, NotOffered
from netql.api.origins import Headers, Origins
from netql.api.patience import HungUp, NotReading
from netql.api.requests import Gone, Wrong, body_of, check_kind, gotten, headers_of, posted
from netql.api.responses import GUARDS, failure, send_json, status_of, waiting_of
from netql.api.sockets.door import SocketDoor
from netql.api.streams.door import StreamDoor
from netql.api.streams.framing import framing_of
from netql.api.streams.stream import Stream, Whole
from netql.errors import NetqlError

log = logging.getLogger("netql.http")

# A link can be followed by anybody's browser, so a GET changes nothing.
_READING = frozenset((OperationType.QUERY,))
_METHODS = (b"allow", b"GET, POST, OPTIONS")


class GraphQLView:
    """One endpoint, as an ASGI application: for POST, GET, and sockets."""

    def __init__(self, schema: Schema, services: Services) -> None:
        self._schema = schema
        self._services = services
        self._origins = Origins(services.settings.origins)
        self._sockets = SocketDoor(schema, services)
        self._streams = StreamDoor(schema, services)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._sockets(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        accepts = ANYTHING
        more: Headers = ()
        try:
            headers = headers_of(scope)
            accepts = accepting(headers.get(b"accept"))
            if scope["method"] == "OPTIONS":
                await self._tell_methods(headers, send)
                return
            if b"origin" in headers:
                more = self._origins.shared_with(headers[b"origin"])
            answered = await self._respond(scope, receive, headers, accepts, request_id)
            if not isinstance(answered, tuple):
                guards = ((b"vary", self._origins.vary), *GUARDS, *more)
                await answered.serve(scope, receive, send, guards)
                return
            status, body, waiting = answered
            more = (*more, *waiting)
        except (Gone, HungUp, NotReading):
            return
        except Wrong as wrong:
            status, more = wrong.status, (*more, *wrong.headers)
            body = failure(wrong.code, wrong.message, request_id)
        except NetqlError as error:
            if error.code == "UNAUTHENTICATED":
                status, more = 401, (*more, (b"www-authenticate", b"Bearer"))
            else:
                status, more = 503, (*more, (b"retry-after", b"1"))
            body = failure(error.code, error.message, request_id)
        except Exception:
            log.exception("request %s could not be answered", request_id)
            status, body = 500, failure("INTERNAL_SERVER_ERROR", "internal error", request_id)
        await send_json(send, status, accepts.answer or JSON, body, self._origins.vary, more)

    async def _respond(
        self,
        scope: Scope,
        receive: Receive,
        headers: Mapping[bytes, bytes],
        accepts: Accepting,
        request_id: str,
    ) -> tuple[int, bytes, Headers] | Stream | Whole:
        """Status, body and headers, or what responds by itself.

        Raises Wrong, Gone, Unauthenticated, Overloaded.
        """
        method = scope["method"]
        if method not in ("POST", "GET"):
            raise Wrong(405, "GraphQL takes GET and POST.", headers=(_METHODS,))
        framing = None if accepts.answer else framing_of(accepts)
        if not accepts.answer and framing is None:
            raise Wrong(
                406,
                f"There is no answer but {JSON} and application/graphql-response+json, and to a"
                " subscription text/event-stream and multipart/mixed;subscriptionSpec=1.0.",
                "NOT_ACCEPTABLE",
            )
        if method == "POST":
            check_kind(headers)
            asked = posted(await body_of(receive, headers))
        else:
            if not self._origins.admits_link(headers):
                raise Wrong(
                    403,
                    "A browser may only ask by POST, or with a header GraphQL-Require-Preflight.",
                    "FORBIDDEN",
                )
            asked = gotten(scope)
        authorization = headers.get(b"authorization")
        viewer = await viewer_of(
            self._services.accounts.signer,
            None if authorization is None else authorization.decode("latin-1"),
        )
        context = Context(self._services, viewer, request_id, address_of(scope))
        try:
            answer = await self._schema.answer(
                asked, context, ONE_ANSWER if method == "POST" else _READING
            )
        except NotOffered as refusal:
            if refusal.kind is not OperationType.SUBSCRIPTION:
                allowed = ((b"allow", b"POST"),)
                raise Wrong(
                    405, f"{refusal.message} when using {method}", headers=allowed
                ) from None
            begun = await self._streams.begin(asked, context, accepts, headers)
            if isinstance(begun, Stream):
                return begun
            answer = begun
        except NotAllowed as refusal:
            if framing is not None:
                return Whole(framing, failure(UNRESOLVED, refusal.message, request_id))
            raise Wrong(400 if accepts.strict else 200, refusal.message, UNRESOLVED) from None
        body = self._schema.sent(answer, context)
        if framing is not None:
            # A client of streams, which takes every operation's answers as one.
            return Whole(framing, body)
        status = status_of(answer, strict=accepts.strict)
        return status, body, () if status == 200 else waiting_of(answer)

    async def _tell_methods(self, headers: Mapping[bytes, bytes], send: Send) -> None:
        """Answer an OPTIONS; a browser's, which asks for a page of another origin, with whether it
        may go on. Raises Wrong."""
        told: Headers = (_METHODS,)
        if b"access-control-request-method" in headers:
            allowed = self._origins.preflight(headers)
            if allowed is None:
                raise Wrong(403, "Pages of this origin may not ask here.", "FORBIDDEN")
            told = allowed
        vary = (b"vary", b"origin, access-control-request-headers")
        start = {"type": "http.response.start", "status": 204, "headers": [*told, vary, *GUARDS]}
        await send(start)
        await send({"type": "http.response.body", "body": b""})
