"""Days and times to choose from, as links of one page."""

from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.bookings.models import Offer
from zhoudao.rooms.bookings.queries.slots import Free, Now, by_day, free_times

DAYS = 14


@frozen
class DayLink:
    """A day of the strip: how many times are free, and where it leads."""

    date: date
    free: int
    is_chosen: bool
    link: str


@frozen
class TimeLink:
    """A time of the chosen day, on the store's wall clock."""

    clock: str
    is_chosen: bool
    link: str


@frozen
class Times:
    """What there is to choose from, and what was chosen."""

    days: list[DayLink]
    times: list[TimeLink]
    chosen: Free | None
    day: date
    earlier: str
    later: str


def times_of(
    offer: Offer, asked: dict[str, str], now: Now, *, besides: UUID | None = None, is_ours: bool = True
) -> Times:
    """Two weeks from the day asked for (or the first with a free time); `asked` is the page's query, kept in links."""
    zone = ZoneInfo(offer.store.zone)
    today = now.at.astimezone(zone).date()
    start = _moment(asked.get("start", ""))
    wanted = start.astimezone(zone).date() if start else _date(asked.get("day", ""))
    first = max(today, _date(asked.get("from", "")) or today)
    if wanted is not None and not first <= wanted < first + timedelta(DAYS):
        first = max(today, wanted)
    last = first + timedelta(DAYS - 1)
    found = by_day(free_times(offer, (first, last), now, besides=besides, is_ours=is_ours), offer.store.zone)
    day = wanted or next(iter(found), first)

    def link(**differs: str) -> str:
        kept = {name: value for name, value in asked.items() if name not in ("start", "day", "from") and value}
        return urlencode(kept | {"from": f"{first}"} | differs)

    days = [first + timedelta(n) for n in range(DAYS)]
    return Times(
        days=[DayLink(one, len(found.get(one, [])), one == day, link(day=f"{one}")) for one in days],
        times=[
            TimeLink(
                f"{one.starts_at.astimezone(zone):%H:%M}",
                one.starts_at == start,
                link(day=f"{day}", start=one.starts_at.isoformat()),
            )
            for one in found.get(day, [])
        ],
        chosen=next((one for one in found.get(day, []) if one.starts_at == start), None),
        day=day,
        earlier=link(**{"from": f"{first - timedelta(DAYS)}"}) if first > today else "",
        later=link(**{"from": f"{first + timedelta(DAYS)}"}),
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
