"""Which period and which cases the board is asked about."""

from datetime import datetime, timedelta

from django.http import QueryDict
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.cases.queries.board import Asked
from zhoudao.rooms.conversations.kinds import CHANNEL_KINDS

PERIODS: dict[str, tuple[int, LazyText]] = {
    "day": (1, _("Today")),
    "week": (7, _("7 days")),
    "month": (28, _("28 days")),
}


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
    """Days are head office's, the last of them today; anything unknown is left out."""
    period = query.get("period", "day") if query.get("period") in PERIODS else "day"
    midnight = at.astimezone(clock.zone()).replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight - timedelta(days=PERIODS[period][0] - 1)
    channel = query.get("channel", "") if query.get("channel") in CHANNEL_KINDS else ""
    team_id, store_id = uuid_in(query.get("team", "")), uuid_in(query.get("store", ""))
    said = {"period": period, "team": team_id, "store": store_id, "channel": channel}
    kept = QueryDict(mutable=True)
    kept.update({name: str(value) for name, value in said.items() if value})
    return Chosen(period, kept.urlencode(), Asked(start, midnight + timedelta(days=1), team_id, store_id, channel))
