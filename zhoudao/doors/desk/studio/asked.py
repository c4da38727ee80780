"""Values as addresses and forms name them: what is none is None or nothing, never an error."""

from uuid import UUID


def uuid_or_none(text: str) -> UUID | None:
    """An id, when it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None


def whole(text: str) -> int:
    """A number of at most nine digits, else 0."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
