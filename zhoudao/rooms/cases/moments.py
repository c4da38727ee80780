"""What the tables of cases are asked with; among it the moment: the same case may go another way at night."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from zhoudao.engines.worktime import is_open
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.decisions.offers import offer
from zhoudao.ground.decisions.queries import Table
from zhoudao.rooms.cases.calendars import calendar, team_calendar_id
from zhoudao.rooms.cases.routing import FALLBACK_TEAM, QUEUEING_TABLE, ROUTING_TABLE, TIER_TABLE, find_team

_MOMENT = {"in_hours": "boolean", "hour": "number", "weekday": "number"}
_CASE = dict.fromkeys(("kind", "value_class", "grade", "risk", "language", "channel", "store"), "string")
ROUTED_BY = {"tier": "string"} | _CASE | _MOMENT
offer(TIER_TABLE, {"urgent": "boolean"} | _CASE | _MOMENT)
offer(ROUTING_TABLE, ROUTED_BY)
offer(QUEUEING_TABLE, ROUTED_BY)


def moment_for(tables: Iterable[Table], store: Store, at: datetime) -> dict[str, Any]:
    """When one of these tables asks for it: whether reception works now, and the hour (0 to 23) and weekday
    (1 Monday to 7 Sunday) where the store is.
    """
    if not any(name in table.inputs for table in tables for name in _MOMENT):
        return {}
    reception, there = find_team(FALLBACK_TEAM), at.astimezone(ZoneInfo(store.zone))
    hours = calendar(team_calendar_id(reception.id if reception else None))
    return {"in_hours": is_open(at, hours), "hour": there.hour, "weekday": there.isoweekday()}
