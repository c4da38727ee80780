"""Times of a process in words."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhoudao.kit.money import Money

SECOND, MINUTE, HOUR, DAY = 1_000_000, 60_000_000, 3_600_000_000, 86_400_000_000


def span(microseconds: float) -> str:
    """A duration in its two largest units: "3 d 4 h", "12 min", "8 s"; below a second "0 s"."""
    sign, rest = ("−" if microseconds < 0 else ""), abs(int(microseconds))
    if rest < MINUTE:
        return sign + _("{n} s").format(n=round(rest / SECOND))
    if rest < HOUR:
        return sign + _("{n} min").format(n=round(rest / MINUTE))
    units = [(DAY, _("{n} d")), (HOUR, _("{n} h")), (MINUTE, _("{n} min"))]
    larger, smaller = (units[0], units[1]) if rest >= DAY else (units[1], units[2])
    whole, part = divmod(round(rest / smaller[0]), larger[0] // smaller[0])
    if whole >= 100 or not part:
        return sign + larger[1].format(n=f"{whole:,}")
    return sign + larger[1].format(n=whole) + " " + smaller[1].format(n=part)


def amount(money: float, currency: str) -> str:
    """Money in whole units, as the readers of the active language write it."""
    whole = Money.of(round(money), currency).format(get_language() or "zh-hans")
    return whole.partition(".")[0]


def moment(microseconds: float, zone: str) -> str:
    """A moment as the people of a zone write it, to the minute."""
    return f"{datetime.fromtimestamp(microseconds / SECOND, UTC).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def day(microseconds: float, zone: str) -> str:
    """The day of a moment in a zone."""
    return moment(microseconds, zone)[:10]


def percent(share: float) -> str:
    """`0.123` → "12.3 %"; whole numbers from 10 % on."""
    return f"{share * 100:.0f} %" if share >= 0.0995 else f"{share * 100:.1f} %"
