"""Figures with their written definitions."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from zhoudao.doors.api import operations
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import Code
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.metrics.definitions import Metric, all_metrics
from zhoudao.ground.metrics.models import DailyFigure

router = Router(tags=["metrics"])
_MOST_DAYS = 92


class DayFigure(Schema):
    """A day's figure of a store, or (store null) of the company."""

    day: date
    store: str | None
    value: float | None
    cases: int


class MetricItem(Schema):
    """A figure: what it means, and its newest days."""

    code: str
    title: str
    definition: str
    unit: str
    days: list[DayFigure]


class MetricPage(Schema):
    """All figures."""

    items: list[MetricItem]
    next: str | None = None


class MetricsAsked(Schema):
    """What is asked for; without a store, the company's (for callers who may see all of it)."""

    code: Code = ""
    store: Code = ""
    since: date | None = None


@operations.get(router, "", scope="metrics:read", answer=MetricPage)
def list_metrics(request: HttpRequest, asked: Query[MetricsAsked]) -> MetricPage:
    """Every figure with its definition and its newest days."""
    wanted = [metric for metric in all_metrics() if asked.code in ("", metric.code)]
    days = _days(viewer_in(request), asked, [metric.code for metric in wanted])
    return MetricPage(items=[_item(metric, days.get(metric.code, [])) for metric in wanted])


def _days(viewer: Viewer, asked: MetricsAsked, codes: list[str]) -> dict[str, list[DayFigure]]:
    stores = _stores(viewer, asked.store)
    rows = DailyFigure.objects.filter(metric__in=codes)
    rows = rows.filter(store_id__in=stores) if asked.store or viewer.stores is not None else rows.filter(store_id=None)
    if asked.since:
        rows = rows.filter(day_date__gte=asked.since)
    days: dict[str, list[DayFigure]] = {}
    for row in rows.order_by("-day_date", "metric", "store_id")[: _MOST_DAYS * max(1, len(codes))]:
        store = stores.get(row.store_id) if row.store_id else None
        figure = DayFigure(day=row.day_date, store=store, value=row.value, cases=row.cases)
        days.setdefault(row.metric, []).append(figure)
    return days


def _stores(viewer: Viewer, code: str) -> dict[UUID, str]:
    rows = Store.objects.all()
    if viewer.stores is not None:
        rows = rows.filter(id__in=viewer.stores)
    if code:
        rows = rows.filter(code=code)
    return dict(rows.values_list("id", "code"))


def _item(metric: Metric, days: list[DayFigure]) -> MetricItem:
    return MetricItem(
        code=metric.code,
        title=str(metric.title),
        definition=str(metric.definition),
        unit=metric.unit,
        days=days,
    )
