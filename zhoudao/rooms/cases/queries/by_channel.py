"""How long customers wait on each channel; the figures are those of the board."""

from typing import Any

from django.db.models import Aggregate, Count, F, QuerySet

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.queries.board import Asked, Percentile, minutes_until, scope


def by_channel(viewer: Viewer, asked: Asked) -> dict[str, tuple[int, float | None]]:
    """By channel: cases that wait for us now, and the median minutes until a person answered (two statements)."""
    rows = scope(viewer, asked)
    waits = rows.filter(status__in=[Status.NEW, Status.OPEN], awaits_us=True)
    opened = rows.filter(opened_at__gte=asked.start, opened_at__lt=asked.end)
    waiting = _each(waits, Count("id"))
    replies = _each(opened, Percentile(minutes_until("first_human_contact_at"), share=0.5))
    return {code: (waiting.get(code, 0), replies.get(code)) for code in {*waiting, *replies} if code is not None}


def _each(rows: QuerySet[Case], figure: Aggregate) -> dict[Any, Any]:
    counted = rows.values(code=F("conversation__channel__code")).annotate(figure=figure)
    return dict(counted.order_by().values_list("code", "figure"))
