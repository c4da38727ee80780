"""What another system's message says: the same fields as `POST /api/v1/messages`, without the channel."""

import base64
import binascii
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

Key = Annotated[str, msgspec.Meta(min_length=1, max_length=240, pattern=r"^[^\x00]*$")]
Code = Annotated[str, msgspec.Meta(max_length=40, pattern=r"^[A-Za-z0-9_-]*$")]
Name = Annotated[str, msgspec.Meta(max_length=80, pattern=r"^[^\x00]*$")]
Line = Annotated[str, msgspec.Meta(max_length=250, pattern=r"^[^\x00]*$")]
Number = Annotated[str, msgspec.Meta(max_length=60, pattern=r"^[^\x00]*$")]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Unread(Exception):
    """This is no message as agreed; says what is wrong and where, never what was written."""


class Sender(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Who wrote; `external_id` is the customer's id in the other system."""

    external_id: Line = ""
    name: Name = ""
    phone: Line = ""
    email: Line = ""


class File(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A file, in base64."""

    content: str
    name: Line = ""

    def decoded(self) -> bytes:
        """Its bytes. Raises: Unread"""
        try:
            return base64.b64decode(self.content, validate=True)
        except (binascii.Error, ValueError) as error:
            raise Unread("An attachment's content is not base64.") from error


class Posted(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A message. `external_id` is the other system's own id of it; without one the webhook-id is."""

    sender: Sender
    text: str = ""
    html: str = ""
    subject: Line = ""
    external_id: Key | None = None
    attachments: Annotated[tuple[File, ...], msgspec.Meta(max_length=50)] = ()
    order_number: Number = ""
    sent_at: Moment | None = None
    store: Code | None = None
    conversation_id: UUID | None = None
    channel: Code | None = None


_decoder = msgspec.json.Decoder(Posted)


def read(raw: bytes) -> Posted:
    """The message in a body.

    Raises: Unread
    """
    try:
        return _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unread(f"{Unread.__name__}: {error}") from error
