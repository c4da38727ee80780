"""Reports that are due, made by the analyst with what the complaints of the period came from."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.queries.board import Asked
from zhoudao.rooms.complaints.queries import Chosen, by_cause
from zhoudao.rooms.targets.reporting import Due, make_report, reports_due

_ALL = Viewer(actor="system:analyst", permissions=frozenset())
_MOST = 5


def make_reports(*, at: datetime) -> int:
    """This will make every report that is due; returns how many. Safe to repeat."""
    made = [make_report(due, causes=_causes(due), at=at) for due in reports_due(at)]
    return len(made)


def _causes(due: Due) -> list[dict[str, Any]]:
    store = Store.objects.filter(id=due.store_id).first() if due.store_id else None
    zone = ZoneInfo(store.zone) if store else clock.zone()
    start = datetime.combine(due.first, time(), zone)
    end = datetime.combine(due.last + timedelta(days=1), time(), zone)
    rows = by_cause(_ALL, Chosen(Asked(start, end, store_id=due.store_id)))
    return [{"code": row.code, "cases": row.count, "before": row.before} for row in rows[:_MOST]]
