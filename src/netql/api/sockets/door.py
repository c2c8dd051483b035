"""Where sockets come in: whose page may open one, and which protocol is spoken."""

from __future__ import annotations

from starlette.types import Receive, Scope, Send

from netql.api.addresses import address_of
from netql.api.answering import Schema
from netql.api.context import Services
from netql.api.origins import Origins
from netql.api.patience import HungUp, NotReading
from netql.api.seats import Seats
from netql.api.sockets import codes
from netql.api.sockets.line import Line
from netql.api.sockets.socket import Socket

PROTOCOL = "graphql-transport-ws"
# Seconds for the introduction to come.
INIT_WAIT = 10.0


class SocketDoor:
    """Serves each socket that is let in, as an ASGI application."""

    def __init__(self, schema: Schema, services: Services, init_wait: float = INIT_WAIT) -> None:
        self._schema = schema
        self._services = services
        self._init_wait = init_wait
        self._origins = Origins(services.settings.origins)
        self._seats = Seats(services.settings.sockets_per_member)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        headers = dict(scope["headers"])
        if not self._origins.admits(headers.get(b"origin"), headers.get(b"host")):
            # Before it is accepted, this refuses with the status 403.
            await send({"type": "websocket.close", "code": 1008})
            return
        line = Line(send, self._services.settings.send_seconds)
        spoken = PROTOCOL in scope.get("subprotocols", ())
        try:
            await line.accept(PROTOCOL if spoken else None)
        except (HungUp, NotReading):
            return
        if not spoken:
            await line.close(codes.WRONG_PROTOCOL)
            return
        socket = Socket(self._schema, self._services, self._seats, receive, line, address_of(scope))
        await socket.serve(self._init_wait)
