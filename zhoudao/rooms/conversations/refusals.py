"""What conversations refuse. A `Kept` refusal leaves a failed delivery on the intake page, under its reason."""

from typing import ClassVar
from uuid import UUID


class Kept(Exception):
    """This message was not taken; it is kept for a person to see."""

    reason: ClassVar[str] = "refused"
    delivery_id: UUID | None = None  # where it is kept


class MessageEmpty(Kept):
    """This message has neither text nor attachment."""

    reason = "empty"


class MessageTooLong(Kept):
    """This message is longer than a million characters or 25 MB, or a file of it larger than 20 MB."""

    reason = "too_large"


class AttachmentRefused(Kept):
    """An attachment is empty."""

    reason = "attachment"


class KeyReused(Kept):
    """Another message with the same id came on this channel before."""

    reason = "key_reused"


class ConversationNotYours(Kept):
    """There is no such conversation."""

    reason = "not_yours"


class StoreUnknown(Kept):
    """There is no such store."""

    reason = "store_unknown"


class CallUnsound(Exception):
    """A call begins in the last 31 days and ends before now; who spoke, spoke for a day at most."""


class CallerUnknown(Exception):
    """This is no telephone number; leave it empty when the caller hid theirs."""


class ChannelUnknown(Exception):
    """There is no such channel."""


class StillInFlight(Exception):
    """The same message is being taken just now."""


class ConversationNotFound(Exception):
    """There is no such conversation."""


class MessageNotFound(Exception):
    """There is no such message."""


class NothingToSplit(Exception):
    """Choose at least one of the customer's messages, and leave at least one."""


class NotSplit(Exception):
    """This conversation was not split off, or is back already."""


class TooLateToUndo(Exception):
    """This reply is on its way already."""


class ReplyNotYours(Exception):
    """Only who wrote a reply can take it back."""


class NotFailed(Exception):
    """Only what failed can be tried again."""


class FilesTooMany(Exception):
    """At most 5 files fit in one message."""


class FilesTooLarge(Exception):
    """A file may have up to 20 MB, a message up to 25 MB."""


class EnclosureGone(Exception):
    """A file of this answer is no longer there; look at what is enclosed and send again."""


class NotUnconfirmed(Exception):
    """It is known by now what became of this answer."""


class NothingToReplay(Exception):
    """This delivery was understood already, or its content is no longer kept."""
