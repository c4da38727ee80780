"""How long it takes, in words that promise no more than was measured."""

import math
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhoudao.rooms.visits.queries.line import Standing

_FINE, _STEP = 10, 5  # minutes: to the minute below ten, then in fives


def about(span: timedelta | None) -> str:
    """An expected wait, rounded up; empty when nobody can say."""
    if span is None:
        return ""
    minutes = math.ceil(span / timedelta(minutes=1))
    if minutes <= 1:
        return _("at once, or almost")
    if minutes > _FINE:
        minutes = math.ceil(minutes / _STEP) * _STEP
    if minutes < 60:
        return _("about {m} min").format(m=minutes)
    words = _("about {h} hr {m} min") if minutes % 60 else _("about {h} hr")
    return words.format(h=minutes // 60, m=minutes % 60)


def opening(standing: Standing) -> str:
    """When numbers are given again; empty when they are given now, or nobody knows when."""
    opens: datetime | None = standing.opens_at
    if opens is None or standing.is_open:
        return ""
    zone = ZoneInfo(standing.line.store.zone)
    there, today = opens.astimezone(zone), standing.at.astimezone(zone)
    if there.date() == today.date():
        return _("today at {time}").format(time=f"{there:%H:%M}")
    return date_format(there, pgettext("date format", "l j F, H:i"))
