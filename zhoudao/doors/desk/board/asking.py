"""Which period and which cases the board is asked about."""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.cases.models import Kind
from zhoudao.rooms.cases.queries.board import Asked
from zhoudao.rooms.conversations.kinds import CHANNEL_KINDS

PERIODS: dict[str, tuple[int, LazyText]] = {
    "day": (1, _("Today")),
    "week": (7, _("7 days")),
    "month": (28, _("28 days")),
}

MOST_DAYS = 366


@frozen
class Chosen:
    """The filters as they stand in the address, and as the queries want them."""

    period: str
    query: str
    asked: Asked

    @property
    def by(self) -> str:
        """A day is drawn by hours, more by days."""
        return "hour" if self.period == "day" else "day"


def chosen(query: QueryDict, *, at: datetime) -> Chosen:
    """Days are head office's, the last of them today; anything unknown is left out. `from` and `until` name days
    instead, of the store that is asked for."""
    period = query.get("period", "day") if query.get("period") in PERIODS else "day"
    channel = query.get("channel", "") if query.get("channel") in CHANNEL_KINDS else ""
    kind = query.get("kind", "") if query.get("kind") in Kind.values else ""
    team_id, store_id = uuid_in(query.get("team", "")), uuid_in(query.get("store", ""))
    days = days_in(query)
    start, end = _between(*days, store_id) if days else _until_today(period, at)
    said: dict[str, object] = {"team": team_id, "store": store_id, "channel": channel, "kind": kind}
    said |= {"from": days[0], "until": days[1]} if days else {"period": period}
    kept = QueryDict(mutable=True)
    kept.update({name: str(value) for name, value in said.items() if value})
    return Chosen(period, kept.urlencode(), Asked(start, end, team_id, store_id, channel, kind))


def days_in(query: QueryDict) -> tuple[date, date] | None:
    """The first and last day an address names, a year at most."""
    try:
        first, last = (date.fromisoformat(query.get(name, "")) for name in ("from", "until"))
    except ValueError:
        return None
    is_sound = date(2000, 1, 1) <= first <= last <= date(2100, 1, 1) and (last - first).days < MOST_DAYS
    return (first, last) if is_sound else None


def _until_today(period: str, at: datetime) -> tuple[datetime, datetime]:
    midnight = at.astimezone(clock.zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=PERIODS[period][0] - 1), midnight + timedelta(days=1)


def _between(first: date, last: date, store_id: UUID | None) -> tuple[datetime, datetime]:
    own = Store.objects.filter(id=store_id).values_list("zone", flat=True).first() if store_id else None
    zone = ZoneInfo(own) if own else clock.zone()
    return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)
