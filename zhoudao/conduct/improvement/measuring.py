"""What the figure of a goal was before and is after, from its days."""

from datetime import datetime, timedelta
from uuid import UUID

from zhoudao.engines.targets import BASELINE_DAYS, mean
from zhoudao.ground.metrics.definitions import Metric
from zhoudao.rooms.targets.history import days_of, whole_days

_LARGEST = 1e12


def measured(about: Metric, store_id: UUID | None, *, since: datetime | None, at: datetime) -> float | None:
    """The mean of the figure's whole days: of the last four weeks, or of those after `since` among them; None where
    there are none (two statements, one for the company).
    """
    today = whole_days(store_id, at)
    first = today - timedelta(days=BASELINE_DAYS)
    if since is not None:
        first = max(first, whole_days(store_id, since) + timedelta(days=1))
    days = days_of(store_id, {about.code}, since=first, until=today - timedelta(days=1)).get(about.code, ())
    return mean(days, is_count=about.is_count)


def is_sound(about: Metric | None, value: float) -> bool:
    """Whether a goal's number can be one."""
    return 0 <= value <= (1 if about is not None and about.unit == "share" else _LARGEST)
