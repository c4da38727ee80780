"""Finding customers by exactly what they are known by, and places in lists."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import BadRequest

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.customers.queries import find_by_email, find_by_member, find_by_name, find_by_phone


def found_by(viewer: Viewer, words: str) -> list[UUID]:
    """Whoever has, or says they have, this whole phone number, address or member number; names for who may see them."""
    found = [*find_by_phone(words, proven=False), *find_by_email(words, proven=False), *find_by_member(words)]
    if viewer.may_wherever("customers:unmask"):
        found += find_by_name(words)
    return list(dict.fromkeys(found))


def cursor_of(place: tuple[datetime, UUID] | None) -> str:
    """A place in a list as text, '' for none."""
    return f"{place[0].isoformat()}|{place[1]}" if place else ""


def read_cursor(cursor: str) -> tuple[datetime, UUID] | None:
    """The place behind a cursor.

    Raises: BadRequest
    """
    if not cursor:
        return None
    moment, _colon, id_ = cursor.partition("|")
    try:
        at, place = datetime.fromisoformat(moment), UUID(id_)
    except ValueError as error:
        raise BadRequest("cursor") from error
    if at.tzinfo is None:
        raise BadRequest("cursor")
    return at, place
