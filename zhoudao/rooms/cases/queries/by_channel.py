"""How long customers wait on each channel; the figures are those of the board."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Aggregate, Count, F, QuerySet

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.queries.board import Asked, Percentile, minutes_until, scope


@dataclass(frozen=True)
class Service:
    """Cases that wait for us now, and the median minutes until a person answered."""

    waiting: int = 0
    first_reply: float | None = None


def by_channel(viewer: Viewer, asked: Asked) -> dict[UUID, Service]:
    """Every channel's figures over the cases the viewer may see (two statements)."""
    rows = scope(viewer, asked)
    waits = rows.filter(status__in=[Status.NEW, Status.OPEN], awaits_us=True)
    opened = rows.filter(opened_at__gte=asked.start, opened_at__lt=asked.end)
    waiting = _each(waits, Count("id"))
    replies = _each(opened, Percentile(minutes_until("first_human_contact_at"), share=0.5))
    return {
        channel_id: Service(waiting.get(channel_id, 0), replies.get(channel_id))
        for channel_id in {*waiting, *replies}
        if channel_id is not None
    }


def _each(rows: QuerySet[Case], figure: Aggregate) -> dict[Any, Any]:
    counted = rows.values(channel_id=F("conversation__channel_id")).annotate(figure=figure)
    return dict(counted.order_by().values_list("channel_id", "figure"))
