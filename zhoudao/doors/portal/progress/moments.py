"""Moments as customers read them: exact in the shop's zone, and how far away."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from zhoudao.kit.frozen import frozen


@frozen
class Moment:
    """`iso` for the machine, `exact` with the zone, `near` relative to now."""

    iso: str
    exact: str
    near: str


def moment(at: datetime, now: datetime, zone: str) -> Moment:
    """A moment in words."""
    local = at.astimezone(ZoneInfo(zone))
    words = date_format(local, pgettext("date format", "D j M Y, H:i"))
    return Moment(local.isoformat(), f"{words} ({_offset(local)})", _near(at - now))


def _offset(local: datetime) -> str:
    minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def _near(distance: timedelta) -> str:
    span = _span(abs(distance))
    if not span:
        return _("just now")
    return (_("in %(span)s") if distance > timedelta() else _("%(span)s ago")) % {"span": span}


def _span(distance: timedelta) -> str:
    """The two largest parts, so that nobody reads a false exactness."""
    minutes = int(distance.total_seconds()) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [
        (days, ngettext("%(n)s day", "%(n)s days", days)),
        (hours, ngettext("%(n)s hour", "%(n)s hours", hours)),
        (minutes, ngettext("%(n)s minute", "%(n)s minutes", minutes)),
    ]
    told = [words % {"n": count} for count, words in parts if count]
    return " ".join(told[:1] if days > 6 else told[:2])
