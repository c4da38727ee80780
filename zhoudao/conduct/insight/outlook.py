"""What is foretold of our cases, as it is looked up: which forecast is used, when the next is due, who is at risk."""

from datetime import datetime, timedelta

from zhoudao.conduct.insight.models import Foretelling
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import ACTIVE, Case
from zhoudao.rooms.cases.outlooks import HIGH
from zhoudao.rooms.cases.queries.desk import Row, rows_of

KEPT = 30
LEARN_EVERY = timedelta(days=1)
RISKIEST = 25


def latest() -> Foretelling | None:
    """The last attempt to learn, whatever came of it (one statement)."""
    return Foretelling.objects.order_by("-made_at", "-id").first()


def in_use() -> Foretelling | None:
    """The last forecast there is (one statement)."""
    rows = Foretelling.objects.filter(body__isnull=False).select_related("body")
    return rows.order_by("-made_at", "-id").first()


def is_to_be_learned(at: datetime) -> bool:
    """Whether nobody has tried to learn for a day (one statement)."""
    made = latest()
    return made is None or made.made_at <= at - LEARN_EVERY


def riskiest(viewer: Viewer, *, at: datetime) -> list[Row]:
    """The open cases most likely to miss a promise, of those the viewer may see (two statements)."""
    rows = Case.objects.filter(visible(viewer), status__in=ACTIVE, outlook__risk__gte=HIGH)
    ids = list(rows.order_by("-outlook__risk", "id").values_list("id", flat=True)[:RISKIEST])
    found = {row.id: row for row in rows_of(ids, viewer, at=at)} if ids else {}
    return [found[id_] for id_ in ids if id_ in found]
