"""What time it is, for doors only: real time, or the demo's, the same in every process."""

import threading
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from zhoudao.ground.installation.models import Installation

_REFRESH_SECONDS = 2.0
_lock = threading.Lock()
_cached: tuple[float, Installation | None] = (-_REFRESH_SECONDS, None)


def now() -> datetime:
    """The moment it is for the company (UTC)."""
    return shown(datetime.now(UTC))


def shown(real: datetime) -> datetime:
    """The company's time at a real moment."""
    row = _row()
    if row is None or row.clock_real_start is None or row.clock_shown_start is None:
        return real
    return row.clock_shown_start + (real - row.clock_real_start) * row.clock_rate


def real_delay(wait: timedelta) -> timedelta:
    """How long a wait of the company's time lasts in real time."""
    row = _row()
    return wait / (row.clock_rate if row is not None else 1.0)


def zone() -> ZoneInfo:
    """Head office's zone: what pages show times in."""
    row = _row()
    return ZoneInfo(row.zone if row is not None else "Asia/Shanghai")


def set_clock(*, shown_start: datetime, rate: float) -> None:
    """This will make every process show `shown_start` now and run at `rate` from here (demo and replay)."""
    Installation.objects.update_or_create(
        id=1,
        defaults={"clock_real_start": datetime.now(UTC), "clock_shown_start": shown_start, "clock_rate": rate},
    )
    forget()


def forget() -> None:
    """This will read the row anew at the next call."""
    global _cached
    _cached = (-_REFRESH_SECONDS, None)


def _row() -> Installation | None:
    global _cached
    read_at, row = _cached
    if time.monotonic() - read_at < _REFRESH_SECONDS:
        return row
    with _lock:
        row = Installation.objects.filter(id=1).first()
        _cached = (time.monotonic(), row)
    return row
