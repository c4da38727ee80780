"""Targets that were, and what missed its target."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.keyset import beyond
from zhoudao.rooms.targets.models import Shortfall, Target

PAST, PAGE, MOST_OPEN = 10, 25, 100


def past_targets(code: str, store_id: UUID | None) -> list[Target]:
    """The last ten targets of a figure that hold no longer, newest first (one statement)."""
    rows = Target.objects.filter(Q(store=store_id), metric=code, ended_at__isnull=False)
    return list(rows.select_related("set_by", "ended_by").order_by("-set_at", "-id")[:PAST])


def open_shortfalls(viewer: Viewer) -> list[Shortfall]:
    """What misses its target now, of the places somebody sees, newest first (one statement)."""
    return list(_seen(viewer).filter(closed_at=None)[:MOST_OPEN])


def page_of_shortfalls(viewer: Viewer, *, cursor: str = "") -> tuple[list[Shortfall], str]:
    """A page of those that are over, newest first, and where the next one begins (one statement).

    Raises: ValueError (no such cursor)
    """
    rows = _seen(viewer).filter(closed_at__isnull=False)
    if cursor:
        moment, _sep, last = cursor.partition("|")
        at, id_ = datetime.fromisoformat(moment), UUID(last)
        rows = rows.filter(beyond("-opened_at", at, id_))
    found = list(rows[: PAGE + 1])
    end = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], f"{end.opened_at.isoformat()}|{end.id}" if end else ""


def shortfalls_of(code: str, store_id: UUID | None) -> list[Shortfall]:
    """The last ten of a figure, the open one first (one statement)."""
    rows = Shortfall.objects.filter(Q(target__store=store_id), target__metric=code).select_related("target__store")
    return list(rows.order_by("-opened_at", "-id")[:PAST])


def shortfall_of(shortfall_id: UUID, viewer: Viewer) -> Shortfall | None:
    """One, if it is theirs to see (one statement)."""
    return _seen(viewer).filter(id=shortfall_id).first()


def _seen(viewer: Viewer) -> QuerySet[Shortfall]:
    rows = Shortfall.objects.select_related("target__store", "target__set_by").order_by("-opened_at", "-id")
    return rows if viewer.stores is None else rows.filter(target__store__in=viewer.stores)
