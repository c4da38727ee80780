"""Where the next page of a list begins, as it stands in an address."""

from datetime import datetime
from uuid import UUID


def cursor_of(at: datetime, id_: UUID) -> str:
    """A place as a cursor."""
    return f"{at.isoformat()}~{id_}"


def place_in(cursor: str) -> tuple[datetime, UUID] | None:
    """The place behind a cursor; None for the beginning, and for what is no cursor."""
    moment, _, id_ = cursor.partition("~")
    try:
        at = datetime.fromisoformat(moment)
        return (at, UUID(id_)) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None
