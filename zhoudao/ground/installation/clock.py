"""What time it is, for doors only: real time, or the demo's, the same in every process."""

from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from zhoudao.ground.installation.models import Installation
from zhoudao.kit.kept import Kept

AGREED = timedelta(seconds=3)  # after which every process has read a changed row
_reader: ContextVar[ZoneInfo | None] = ContextVar("reader_zone", default=None)
_only: Kept[int, Installation | None] = Kept(2.0)


def now() -> datetime:
    """The moment it is for the company (UTC)."""
    return shown(datetime.now(UTC))


def shown(real: datetime) -> datetime:
    """The company's time at a real moment."""
    row = _row()
    if row is None or row.clock_real_start is None or row.clock_shown_start is None:
        return real
    passed = real - row.clock_real_start
    return row.clock_shown_start + passed + _hurried(row, real) * (row.clock_rate - 1)


def real_delay(wait: timedelta) -> timedelta:
    """How long a wait of the company's time lasts in real time."""
    row, real = _row(), datetime.now(UTC)
    if row is None or not _hurried(row, real) or (row.clock_real_end is not None and row.clock_real_end <= real):
        return wait
    return wait / row.clock_rate


def zone() -> ZoneInfo:
    """Head office's zone: what pages show times in."""
    row = _row()
    return ZoneInfo(row.zone if row is not None else "Asia/Shanghai")


def currency() -> str:
    """The company's own."""
    row = _row()
    return row.currency if row is not None else "CNY"


def company() -> dict[str, str]:
    """The company's name, by language."""
    row = _row()
    return dict(row.name) if row is not None else {}


def reader_zone() -> ZoneInfo:
    """The zone of whoever reads the page being drawn, else head office's."""
    return _reader.get() or zone()


def read_by_nobody() -> None:
    """This will draw what follows in head office's zone, without asking for it now."""
    _reader.set(None)


def read_in(name: str) -> ZoneInfo:
    """This will draw what follows in somebody's own zone; empty, or one nobody knows: in head office's."""
    try:
        own = ZoneInfo(name) if name else None
    except (ValueError, KeyError, OSError):
        own = None
    _reader.set(own)
    return reader_zone()


def set_clock(
    *, shown_start: datetime, rate: float, lead: timedelta = timedelta(0), until: datetime | None = None
) -> None:
    """This will make every process show `shown_start` now and run at `rate` from here (demo and replay).

    With a `lead` of more than the time processes keep this row, all of them change pace at the same moment: it begins
    `lead` from now, and ends at the real moment `until`, when there is one.
    """
    begins = {"clock_real_start": datetime.now(UTC) + lead, "clock_shown_start": shown_start + lead}
    Installation.objects.update_or_create(id=1, defaults={**begins, "clock_rate": rate, "clock_real_end": until})
    forget()


def end_hurry(lead: timedelta = timedelta(0)) -> None:
    """This will let the clock go on at its natural pace from `lead` on."""
    Installation.objects.filter(id=1).update(clock_real_end=datetime.now(UTC) + lead)
    forget()


def forget() -> None:
    """This will read the row anew at the next call."""
    _only.forget()


def _hurried(row: Installation, real: datetime) -> timedelta:
    """For how long the clock has run at its own rate."""
    if row.clock_real_start is None:
        return timedelta(0)
    end = real if row.clock_real_end is None else min(real, row.clock_real_end)
    return max(timedelta(0), end - row.clock_real_start)


def _row() -> Installation | None:
    return _only.get(1, lambda: Installation.objects.filter(id=1).first())
