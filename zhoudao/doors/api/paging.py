"""Cursors: where the next page begins, opaque to callers."""

import base64
import binascii
from datetime import datetime
from uuid import UUID

from zhoudao.doors.api.problems import Refused

PAGE = 25


class BadCursor(Refused):
    """This is no cursor of ours."""

    def __init__(self) -> None:
        super().__init__(422, "cursor_invalid", "This cursor was not given by this API.")


def write(*parts: object) -> str:
    """A place in a list as a cursor."""
    text = "~".join(part.isoformat() if isinstance(part, datetime) else str(part) for part in parts)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(cursor: str) -> str:
    """The text behind a cursor.

    Raises: BadCursor
    """
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise BadCursor from error


def read_moment(cursor: str) -> tuple[datetime, UUID]:
    """The moment and id behind a cursor.

    Raises: BadCursor
    """
    moment, _, id_ = read(cursor).partition("~")
    try:
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None:
            raise BadCursor
        return at, UUID(id_)
    except (ValueError, OverflowError) as error:
        raise BadCursor from error


def read_id(cursor: str) -> UUID:
    """The id behind a cursor.

    Raises: BadCursor
    """
    try:
        return UUID(read(cursor))
    except ValueError as error:
        raise BadCursor from error
