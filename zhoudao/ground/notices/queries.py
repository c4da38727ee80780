"""What somebody was told."""

from datetime import datetime
from uuid import UUID

from zhoudao.ground.notices.kinds import sentence
from zhoudao.ground.notices.models import Notice
from zhoudao.kit.frozen import frozen

SHOWN = 50
CAP = 100


@frozen
class Line:
    """A notice as people read it."""

    id: UUID
    at: datetime
    text: str
    address: str
    is_read: bool


def notices_of(user_id: UUID) -> list[Line]:
    """The newest notices, unread ones first (one statement)."""
    rows = Notice.objects.filter(user_id=user_id, is_shown=True).order_by("-at", "-id")[:SHOWN]
    return sorted((line_of(row) for row in rows), key=lambda line: line.is_read)


def unread(user_id: UUID) -> tuple[int, Line | None]:
    """How many are unread (up to a hundred), and the newest of them (one statement)."""
    rows = list(Notice.objects.filter(user_id=user_id, is_shown=True, read_at=None).order_by("-at", "-id")[:CAP])
    return len(rows), line_of(rows[0]) if rows else None


def line_of(row: Notice) -> Line:
    """A notice in the reader's language."""
    return Line(row.id, row.at, sentence(row.kind, row.attributes), row.address, row.read_at is not None)
