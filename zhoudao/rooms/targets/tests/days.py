"""Days of figures for tests, and several who act at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

from django.db import connection

from zhoudao.ground.metrics.models import DailyFigure
from zhoudao.rooms.cases.tests.shop import TUESDAY

TODAY = date(2026, 3, 10)


def lived(
    code: str, values: Sequence[float | None], *, store_id: UUID | None = None, until: date = TODAY, cases: int = 10
) -> None:
    """This will have had these days, the last of them the one before `until`."""
    first = until - timedelta(days=len(values))
    for place, value in enumerate(values):
        DailyFigure.objects.update_or_create(
            metric=code,
            store_id=store_id,
            day_date=first + timedelta(days=place),
            defaults={"value": value, "cases": cases if value is not None else 0, "counted_at": TUESDAY},
        )


def together(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returns or raises when all begin at the same moment on connections of their own."""
    ready = Barrier(len(calls))

    def one(call: Callable[[], Any]) -> Any:
        ready.wait()
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))
