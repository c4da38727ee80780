"""The days of figures: who may see whose, what was usual, what they are to reach."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from zhoudao.engines.targets import BASELINE_DAYS, Baseline, Day, Verdict, baseline, judge, mean, proposed
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.ground.metrics.definitions import LOWER, Metric, daily_metrics
from zhoudao.ground.metrics.models import DailyFigure
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.targets.models import Target

PROPOSAL_DAYS, PAGE, WEEK = 90, 25, 7


@frozen
class Line:
    """One figure of one place: its day so far, the last whole days, what was usual, what it is to reach.

    `days` are the whole days of four weeks, oldest first; `usual` the target's frozen baseline, else that of these.
    """

    about: Metric
    today: Day | None
    days: tuple[Day, ...]
    target: Target | None

    @property
    def last(self) -> Day | None:
        """The newest whole day with a value."""
        return next((one for one in reversed(self.days) if one.value is not None), None)

    @property
    def week(self) -> float | None:
        """The mean of the last seven whole days."""
        return mean(self.days[-WEEK:], is_count=self.about.is_count)

    @property
    def usual(self) -> Baseline | None:
        """What is usual."""
        return (self.target.base if self.target else None) or baseline(self.days)

    @property
    def verdict(self) -> Verdict | None:
        """How the last days stand against the target."""
        return judge(self.days, self.target.rule) if self.target else None


def places_of(viewer: Viewer) -> list[Store]:
    """The stores whose figures somebody sees: all, or those they hold the right for as a whole (one statement)."""
    rows = Store.objects.filter(closed_at=None).order_by("code")
    return list(rows if viewer.stores is None else rows.filter(id__in=viewer.stores))


def may_see(viewer: Viewer, store_id: UUID | None) -> bool:
    """Whether figures of this store, or (none) of the company, are theirs to see."""
    return viewer.stores is None or store_id in viewer.stores


def whole_days(store_id: UUID | None, at: datetime) -> date:
    """The first day that is not over: the store's today, or head office's."""
    name = Store.objects.filter(id=store_id).values_list("zone", flat=True).first() if store_id else None
    return at.astimezone(ZoneInfo(name) if name else clock.zone()).date()


def lines_of(store_id: UUID | None, *, today: date) -> list[Line]:
    """All figures that have days in this place (two statements)."""
    since = today - timedelta(days=BASELINE_DAYS)
    days = days_of(store_id, {one.code for one in daily_metrics()}, since=since, until=today)
    targets = {one.metric: one for one in Target.objects.filter(Q(store=store_id), ended_at=None)}
    return [_line(one, days[one.code], targets.get(one.code), today) for one in daily_metrics() if days.get(one.code)]


def line_of(about: Metric, store_id: UUID | None, *, today: date) -> Line:
    """One figure (two statements)."""
    since = today - timedelta(days=BASELINE_DAYS)
    days = days_of(store_id, {about.code}, since=since, until=today).get(about.code, ())
    target = Target.objects.select_related("set_by").filter(Q(store=store_id), metric=about.code, ended_at=None).first()
    return _line(about, days, target, today)


def days_of(
    store_id: UUID | None, codes: Collection[str], *, since: date, until: date
) -> Mapping[str, tuple[Day, ...]]:
    """Their days from `since` to `until`, both included, oldest first (one statement)."""
    rows = _rows(store_id, codes).filter(day_date__gte=since, day_date__lte=until).order_by("day_date")
    found: dict[str, list[Day]] = defaultdict(list)
    for code, day, value, cases in rows.values_list("metric", "day_date", "value", "cases"):
        found[code].append(Day(day, value, cases))
    return {code: tuple(days) for code, days in found.items()}


def page_of_days(code: str, store_id: UUID | None, *, before: date | None) -> tuple[list[Day], date | None]:
    """A page of a figure's days, newest first, and from where the next one goes on (one statement)."""
    rows = _rows(store_id, [code]).order_by("-day_date")
    rows = rows.filter(day_date__lt=before) if before else rows
    found = [Day(*row) for row in rows.values_list("day_date", "value", "cases")[: PAGE + 1]]
    return found[:PAGE], found[PAGE - 1].day if len(found) > PAGE else None


def proposal_of(about: Metric, days: Sequence[Day]) -> float | None:
    """What the best quarter of these days reached; None where there are too few of them."""
    return proposed(days, lower_is_better=about.better == LOWER) if about.better else None


def usual_until(about: Metric, store_id: UUID | None, today: date) -> tuple[Baseline | None, date]:
    """What is usual in the four weeks before this day, and the last day of them."""
    last = today - timedelta(days=1)
    since = today - timedelta(days=BASELINE_DAYS)
    return baseline(days_of(store_id, {about.code}, since=since, until=last).get(about.code, ())), last


def _rows(store_id: UUID | None, codes: Collection[str]) -> QuerySet[DailyFigure]:
    return DailyFigure.objects.filter(metric__in=codes, store_id=store_id)


def _line(about: Metric, days: Sequence[Day], target: Target | None, today: date) -> Line:
    now = days[-1] if days and days[-1].day == today else None
    return Line(about, now, tuple(one for one in days if one.day < today), target)
