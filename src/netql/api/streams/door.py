"""Where subscriptions come in over HTTP: who gets a stream, and who is told otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack

from graphql import OperationType
from strawberry.types import ExecutionResult as Answer

from netql.accounts.queries import sign_in_of
from netql.api.accepting import Accepting
from netql.api.answering import Schema
from netql.api.context import Context, Services
from netql.api.operations import Asked
from netql.api.requests import Wrong
from netql.api.seats import Seats, Taken
from netql.api.streams.framing import framing_of
from netql.api.streams.stream import Stream

_LASTING = frozenset((OperationType.SUBSCRIPTION,))


class StreamDoor:
    """Begins subscriptions for clients that take a stream."""

    def __init__(self, schema: Schema, services: Services) -> None:
        self._schema = schema
        self._settings = services.settings
        self._signer = services.accounts.signer
        self._seats = Seats(services.settings.streams_per_member)

    async def begin(
        self,
        asked: Asked,
        context: Context,
        accepts: Accepting,
        headers: Mapping[bytes, bytes],
    ) -> Stream | Answer:
        """The stream of a subscription's answers, to be served at once; or why there is none, a
        PreExecutionError. The viewer is known to be the one that the headers name, and the text is
        paid for.

        Raises Wrong for who takes no stream and for who has too many, and Unauthenticated for a
        token that was good a moment ago.
        """
        given = headers.get(b"authorization")
        sign_in = sign_in_of(self._signer, None if given is None else given.decode("latin-1"))
        framing = framing_of(accepts)
        if framing is None:
            raise Wrong(
                406,
                "A subscription has no single answer: accept text/event-stream, or"
                " multipart/mixed;subscriptionSpec=1.0, or open a WebSocket.",
                "NOT_ACCEPTABLE",
            )
        # Before anything is begun: what is begun for nobody would have to be ended.
        with ExitStack() as seat:
            try:
                seat.enter_context(self._seats.held(context.viewer.member_id))
            except Taken:
                most = self._settings.streams_per_member
                raise Wrong(
                    429, f"A member holds {most} streams at a time.", "TOO_MANY_STREAMS"
                ) from None
            begun = await self._schema.begun(asked, context, _LASTING, paid=True)
            if isinstance(begun, Answer):
                return begun
            return Stream(
                self._schema,
                context,
                begun,
                framing,
                sign_in,
                seat.pop_all(),
                heartbeat=self._settings.heartbeat_seconds,
                patience=self._settings.send_seconds,
            )
