"""Facts, in the past tense, recorded inside the transaction that made them true.

`record` hands an event to its handlers at once, in the same transaction. An event that members
may be told of (a `LoggedEvent`) also goes to its recipients' logs, as the last thing before the
commit; after the commit they are woken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar, TypeVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""


@dataclass(frozen=True, slots=True)
class MemberEvent(Event):
    """Something that a member may be told: who, of what kind, about which row."""

    kind: ClassVar[str]

    @property
    def recipient_id(self) -> UUID:
        raise NotImplementedError

    @property
    def subject_id(self) -> UUID:
        raise NotImplementedError


E = TypeVar("E", bound=Event)
Handler = Callable[[E], Awaitable[None]]

handlers: defaultdict[type[Event], list[Handler[Event]]] = defaultdict(list)


def handles(event_type: type[E]) -> Callable[[Handler[E]], Handler[E]]:
    """Register a function to run, in the same transaction, whenever the event is recorded."""

    def register(handler: Handler[E]) -> Handler[E]:
        handlers[event_type].append(handler)  # type: ignore[arg-type]
        return handler

    return register
