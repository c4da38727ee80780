"""Satisfaction, as the board shows it."""

from datetime import datetime

from django.db.models import Avg, Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.metrics.definitions import HIGHER, Benchmark, Metric, define
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.voice.models import Rating

SATISFACTION = define(
    Metric(
        "voice.satisfaction",
        _("Satisfied customers"),
        _(
            "Of the ratings given in the period, the share with four or five of five stars. A rating changed later "
            "counts as it is now, at the moment it was first given."
        ),
        "share",
        better=HIGHER,
        benchmark=Benchmark(
            0.8,
            _(
                "a rule of thumb of service desks: four of five are pleased; no measured median of retailers is known "
                "to us"
            ),
        ),
        is_daily=True,
    )
)


@frozen
class Satisfaction:
    """What customers said: how many, their mean stars, how many gave four or five."""

    ratings: int
    mean: float | None
    happy: int

    @property
    def share(self) -> float | None:
        """Of all ratings."""
        return self.happy / self.ratings if self.ratings else None


def satisfaction(cases: QuerySet[Case], *, start: datetime, end: datetime) -> Satisfaction:
    """Ratings of these cases given from `start` until before `end` (one statement)."""
    rows = Rating.objects.filter(case__in=cases, rated_at__gte=start, rated_at__lt=end)
    counted = rows.aggregate(ratings=Count("id"), mean=Avg("score"), happy=Count("id", filter=Q(score__gte=4)))
    return Satisfaction(**counted)


def satisfaction_by_channel(cases: QuerySet[Case], *, start: datetime, end: datetime) -> dict[str, Satisfaction]:
    """The same for every channel apart, by its code (one statement)."""
    rows = Rating.objects.filter(case__in=cases, rated_at__gte=start, rated_at__lt=end)
    counted = rows.values("case__conversation__channel__code").annotate(
        ratings=Count("id"), mean=Avg("score"), happy=Count("id", filter=Q(score__gte=4))
    )
    return {
        row["case__conversation__channel__code"]: Satisfaction(row["ratings"], row["mean"], row["happy"])
        for row in counted.order_by()
    }


def rated(cases: QuerySet[Case], *, start: datetime, end: datetime) -> QuerySet[Case]:
    """The cases behind it."""
    return cases.filter(rating__rated_at__gte=start, rating__rated_at__lt=end).order_by("-updated_at", "-id")
