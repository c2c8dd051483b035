"""The codes of each mutation's user errors: what the features' actions raise."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

from netql.api.enums import describe

E = TypeVar("E", bound=type[Enum])

_SAID = {
    "ALREADY_CONNECTED": "The two are connected already.",
    "ALREADY_LISTED": "The list has this entry already.",
    "ALREADY_PENDING": "An invitation of the viewer's to this member is pending.",
    "AUDIENCE_TOO_WIDE": "The field's audience may not be that wide.",
    "CANNOT_CONNECT_NOW": "This connection cannot be made now.",
    "CANNOT_TARGET_SELF": "The member named is the viewer.",
    "CONNECTION_LIMIT_REACHED": "The viewer holds as many connections as a member may.",
    "COOLDOWN": "The viewer has to wait before inviting this member again.",
    "CREDENTIALS_WRONG": "Handle or password is wrong.",
    "DATE_INVALID": "The date is out of bounds, or before the one it should follow.",
    "EMAIL_INVALID": "This is not an e-mail address.",
    "HANDLE_INVALID": "This is not a handle.",
    "HANDLE_RESERVED": "The handle is kept for the service.",
    "HANDLE_TAKEN": "Somebody has this handle.",
    "IDEMPOTENCY_KEY_INVALID": "The key is empty, too long, or not printable.",
    "IDEMPOTENCY_KEY_REUSED": "The key was used with a different input.",
    "INVITATION_NOT_PENDING": "The invitation has come to its end.",
    "NOT_CONNECTED": "There is no connection to remove.",
    "NOT_FOUND": "There is nothing by that id for the viewer.",
    "PASSWORD_TOO_LONG": "The password is too long.",
    "PASSWORD_TOO_SHORT": "The password is too short.",
    "PHONE_INVALID": "This is not a telephone number with its country code.",
    "REFRESH_TOKEN_INVALID": "The refresh token is used up, expired, or none of ours.",
    "SIGN_UP_CLOSED": "This network takes no sign-ups.",
    "TEXT_INVALID": "The text holds characters that cannot be kept.",
    "TEXT_MISSING": "The text must not be empty.",
    "TEXT_TOO_LONG": "The text is too long.",
    "TOO_MANY": "The list is full.",
    "TOO_MANY_TAGS": "The entry has as many tags as it may.",
    "URL_INVALID": "This is not a web address.",
}


def codes(enum: E) -> E:
    """Make the enum of a mutation's codes known to the graph, described."""
    said = {code.name: _SAID[code.name] for code in enum}
    describe(enum, enum.__name__, "Why the mutation changed nothing.", said)
    return enum


@codes
class SignUpErrorCode(Enum):
    SIGN_UP_CLOSED = "sign_up_closed"
    HANDLE_INVALID = "handle_invalid"
    HANDLE_RESERVED = "handle_reserved"
    HANDLE_TAKEN = "handle_taken"
    PASSWORD_TOO_SHORT = "password_too_short"
    PASSWORD_TOO_LONG = "password_too_long"
    TEXT_MISSING = "text_missing"
    TEXT_INVALID = "text_invalid"
    TEXT_TOO_LONG = "text_too_long"
    IDEMPOTENCY_KEY_INVALID = "idempotency_key_invalid"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"


@codes
class SignInErrorCode(Enum):
    CREDENTIALS_WRONG = "credentials_wrong"


@codes
class RefreshTokenErrorCode(Enum):
    REFRESH_TOKEN_INVALID = "refresh_token_invalid"


@codes
class CloseAccountErrorCode(Enum):
    CREDENTIALS_WRONG = "credentials_wrong"


@codes
class UpdateProfileErrorCode(Enum):
    EMAIL_INVALID = "email_invalid"
    PHONE_INVALID = "phone_invalid"
    URL_INVALID = "url_invalid"
    DATE_INVALID = "date_invalid"
    TEXT_MISSING = "text_missing"
    TEXT_INVALID = "text_invalid"
    TEXT_TOO_LONG = "text_too_long"


@codes
class ProfileSectionErrorCode(Enum):
    NOT_FOUND = "not_found"
    ALREADY_LISTED = "already_listed"
    TOO_MANY = "too_many"
    DATE_INVALID = "date_invalid"
    URL_INVALID = "url_invalid"
    TEXT_MISSING = "text_missing"
    TEXT_INVALID = "text_invalid"
    TEXT_TOO_LONG = "text_too_long"
    IDEMPOTENCY_KEY_INVALID = "idempotency_key_invalid"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"


@codes
class SetFieldAudienceErrorCode(Enum):
    AUDIENCE_TOO_WIDE = "audience_too_wide"


@codes
class SendInvitationErrorCode(Enum):
    NOT_FOUND = "not_found"
    CANNOT_TARGET_SELF = "cannot_target_self"
    ALREADY_CONNECTED = "already_connected"
    ALREADY_PENDING = "already_pending"
    COOLDOWN = "cooldown"
    CONNECTION_LIMIT_REACHED = "connection_limit_reached"
    CANNOT_CONNECT_NOW = "cannot_connect_now"
    TEXT_INVALID = "text_invalid"
    TEXT_TOO_LONG = "text_too_long"
    IDEMPOTENCY_KEY_INVALID = "idempotency_key_invalid"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"


@codes
class AcceptInvitationErrorCode(Enum):
    NOT_FOUND = "not_found"
    INVITATION_NOT_PENDING = "invitation_not_pending"
    CONNECTION_LIMIT_REACHED = "connection_limit_reached"
    CANNOT_CONNECT_NOW = "cannot_connect_now"


@codes
class DeclineInvitationErrorCode(Enum):
    NOT_FOUND = "not_found"
    INVITATION_NOT_PENDING = "invitation_not_pending"


@codes
class WithdrawInvitationErrorCode(Enum):
    NOT_FOUND = "not_found"
    INVITATION_NOT_PENDING = "invitation_not_pending"


@codes
class RemoveConnectionErrorCode(Enum):
    NOT_FOUND = "not_found"
    NOT_CONNECTED = "not_connected"


@codes
class AddToNetworkErrorCode(Enum):
    NOT_FOUND = "not_found"
    CANNOT_TARGET_SELF = "cannot_target_self"
    TOO_MANY_TAGS = "too_many_tags"
    TEXT_MISSING = "text_missing"
    TEXT_INVALID = "text_invalid"
    TEXT_TOO_LONG = "text_too_long"
    IDEMPOTENCY_KEY_INVALID = "idempotency_key_invalid"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"


@codes
class UpdateNetworkEntryErrorCode(Enum):
    NOT_FOUND = "not_found"
    TOO_MANY_TAGS = "too_many_tags"
    TEXT_MISSING = "text_missing"
    TEXT_INVALID = "text_invalid"
    TEXT_TOO_LONG = "text_too_long"


@codes
class RemoveFromNetworkErrorCode(Enum):
    NOT_FOUND = "not_found"


@codes
class BlockMemberErrorCode(Enum):
    NOT_FOUND = "not_found"
    CANNOT_TARGET_SELF = "cannot_target_self"
    IDEMPOTENCY_KEY_INVALID = "idempotency_key_invalid"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"


@codes
class UnblockMemberErrorCode(Enum):
    NOT_FOUND = "not_found"
