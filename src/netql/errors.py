"""Everything netql refuses on purpose.

NetqlError
├── Refused                 an action said no: becomes a `userErrors` entry of the payload
│   └── NotFound            not there, not yours, blocked, closed: one answer for all of them
├── Unauthenticated         who is asking is not known: a top-level error
├── BadCursor               a cursor that this list did not hand out: a top-level error
├── StreamReset             what came after a stream's cursor is not kept any more: query again
├── BadPage                 `first` or `last` outside what a page may be: a top-level error
├── Overloaded              no database connection came free in time: a top-level error, try again
│   └── Unable              the database answers and cannot do its work: the same to clients
├── Interrupted             the database failed in passing: a top-level error, try again
├── LimitExceeded and its like in `api.limits`: a request asks for more than one may
├── TimedOut                a statement took too long: a top-level error
├── RateLimited             a caller asks for more than one may in a while: a top-level error
└── ConfigurationError      a setting is wrong: the process does not start

Whatever is not in this tree is a bug: clients see "internal error" and a request id.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


class NetqlError(Exception):
    """The root; `code` is what a client may rely on, `message` is for people, and `details` are
    told beside the code."""

    code = "INTERNAL_SERVER_ERROR"
    details: Mapping[str, Any] = MappingProxyType({})

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Refused(NetqlError):
    """An expected refusal of an action; `field` is the input's path, outermost first."""

    def __init__(self, code: str, message: str, field: tuple[str, ...] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.field = field


class NotFound(Refused):
    """The thing named is not there for this viewer, for whatever reason."""

    def __init__(self, field: tuple[str, ...] | None = None) -> None:
        super().__init__("NOT_FOUND", "There is nothing here by that id.", field)


class Unauthenticated(NetqlError):
    """One constant answer for every missing, malformed, expired or foreign token."""

    code = "UNAUTHENTICATED"

    def __init__(self) -> None:
        super().__init__("Sign in to do this.")


class BadCursor(NetqlError):
    code = "BAD_CURSOR"

    def __init__(self) -> None:
        super().__init__("That cursor does not belong to this list.")


class StreamReset(NetqlError):
    """A cursor of a stream from before what is kept: a client queries again, and goes on without
    it."""

    code = "STREAM_RESET"

    def __init__(self) -> None:
        super().__init__("What happened after that cursor is not kept any more. Query again.")


class BadPage(NetqlError):
    code = "BAD_USER_INPUT"


class Overloaded(NetqlError):
    code = "RETRYABLE"

    def __init__(self) -> None:
        super().__init__("The server is busy. Try again.")


class Unable(Overloaded):
    """The database may not or cannot do what is asked, until its operator mends that. Nothing was
    changed by what was under way, and to try again at once is of no use."""

    def __init__(self) -> None:
        NetqlError.__init__(self, "The database cannot do its work now. Try again later.")


class Interrupted(NetqlError):
    """The database failed in a way that passes; `undone` if surely nothing was changed. It is not
    said of what only `reads`: that may stand in the answer to what has changed something."""

    code = "RETRYABLE"

    def __init__(self, *, undone: bool, reads: bool = False) -> None:
        what = "; nothing was changed" if undone else "; something may have been changed"
        super().__init__(f"The database was interrupted{'' if reads else what}. Try again.")
        self.undone = undone


class TimedOut(NetqlError):
    """The database stopped a statement that took too long."""

    code = "TIMEOUT"

    def __init__(self) -> None:
        super().__init__("This took too long and was stopped.")


class RateLimited(NetqlError):
    """The caller has used up what one may ask for in a while."""

    code = "RATE_LIMITED"

    def __init__(self, message: str, limit: int, retry_after: int) -> None:
        """`retry_after` is in seconds."""
        super().__init__(message)
        self.details = {"limit": limit, "retryAfter": retry_after}


class ConfigurationError(NetqlError):
    code = "CONFIGURATION"
