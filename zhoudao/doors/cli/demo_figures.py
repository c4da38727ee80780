"""The demo company's figures of the two months before its first day, and what its manager wants them to reach.

The days before its first cases have numbers and no cases behind them; every figure of a day is given, so that the
analyst does not count those days back.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from zhoudao.ground.accounts.models import Store, User
from zhoudao.ground.accounts.viewer import of_user
from zhoudao.ground.installation import clock
from zhoudao.ground.metrics.models import DailyFigure
from zhoudao.rooms.cases import figures
from zhoudao.rooms.targets.commands import Wanted, set_target
from zhoudao.rooms.targets.models import Every
from zhoudao.rooms.targets.reporting import subscribe
from zhoudao.rooms.voice.board import SATISFACTION

DAYS, BEFORE = 60, timedelta(days=14)  # the targets were set two weeks before
_SIZES = {"web": 46, "shanghai-jingan": 11, "nanjing": 8, "hangzhou": 7, "chengdu": 6, "guangzhou": 7, "beijing": 9}
_TARGETS = (
    (figures.FIRST_REPLY.code, 12.0, "双十一以后客户等得久了，先回到平时的水平"),
    (figures.KEPT.code, 0.95, "我们对外承诺的水平"),
    (figures.FIRST_CONTACT.code, 0.8, "一次说清楚，客户不用再来"),
    (SATISFACTION.code, 0.85, "高于行业的经验值"),
)


def write_figures(*, at: datetime) -> None:
    """This will seed the days and set the targets, as the process manager."""
    today, rng = at.astimezone(clock.zone()).date(), Random(55)  # noqa: S311 - no secret
    rows = [*_of_place(None, sum(_SIZES.values()), today, at, rng)]
    for store in Store.objects.filter(code__in=_SIZES).order_by("code"):
        rows += _of_place(store, _SIZES[store.code], today, at, rng)
    DailyFigure.objects.bulk_create(rows, ignore_conflicts=True)
    manager = User.objects.filter(grants__role="process_manager").order_by("id").first()
    if manager is None:
        return
    subscribe(viewer=of_user(manager), every=Every.WEEK, store_id=None, is_wanted=True, at=at - BEFORE)
    for code, value, reason in _TARGETS:
        wanted = Wanted(value, reason=reason)
        set_target(code=code, store_id=None, wanted=wanted, seen=None, viewer=of_user(manager), at=at - BEFORE)


def _of_place(store: Store | None, size: int, today: date, at: datetime, rng: Random) -> Iterator[DailyFigure]:
    """Busier at weekends; in the last six days answers are slow and fewer promises are kept."""
    for back in range(DAYS, 0, -1):
        day, is_bad = today - timedelta(days=back), back <= 6
        opened = max(1, round(size * (1.25 if day.weekday() >= 5 else 1.0) * rng.uniform(0.8, 1.2)))
        resolved, wait = max(1, round(opened * rng.uniform(0.85, 1.0))), 1.9 if is_bad else 1.0
        values: dict[str, tuple[float, int]] = {
            figures.OPENED.code: (opened, opened),
            figures.ANSWERED.code: (1 - 0.05 * rng.random(), opened),
            figures.FIRST_REPLY.code: (rng.uniform(8, 13) * wait, opened),
            figures.RESOLVED.code: (resolved, resolved),
            figures.RESOLUTION.code: (rng.uniform(300, 420) * (1.2 if is_bad else 1.0), resolved),
            figures.FIRST_CONTACT.code: (rng.uniform(0.76, 0.86), resolved),
            figures.REPEATS.code: (rng.uniform(0.05, 0.11), opened),
            figures.KEPT.code: (rng.uniform(0.95, 0.99) - (0.09 if is_bad else 0.0), 2 * opened),
            figures.WAITING.code: (round(opened * rng.uniform(0.08, 0.16) * wait), opened),
            figures.TRANSFERS.code: (round(opened * 0.15), round(opened * 0.14)),
            figures.BOUNCES.code: (round(opened * 0.02), round(opened * 0.15)),
            figures.EFFORT_WAITING.code: (rng.uniform(25, 45) * wait, resolved),
            figures.TRANSFERS_PER_CASE.code: (rng.uniform(0.1, 0.2), resolved),
            figures.EFFORT_CONTACTS.code: (rng.uniform(1.2, 1.5), resolved),
            SATISFACTION.code: (rng.uniform(0.83, 0.93) - (0.05 if is_bad else 0.0), max(1, resolved // 3)),
        }
        for code, (value, cases) in values.items():
            yield DailyFigure(
                metric=code,
                store_id=store.id if store else None,
                day_date=day,
                value=value,
                cases=cases,
                counted_at=at,
            )
