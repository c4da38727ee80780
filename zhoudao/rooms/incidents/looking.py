"""What came in a window of time, as the search for surges needs it: who, what kind, where, which words."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from zhoudao.engines.surges import Seen
from zhoudao.kit.grams import grams
from zhoudao.kit.text import fold
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.incidents.models import UNDER_WAY, Incident, Risk

WEEK, WEEKS = timedelta(weeks=1), 8
MOST = 5000  # cases of one window: more than any shop has in an hour
_SHORTEST = 2  # characters of a piece; single ones say nothing
_COLUMNS = ("id", "customer_id", "kind", "store_id", "subject")


def seen_between(start: datetime, end: datetime, *, without_incidents: bool = False) -> list[Seen]:
    """The cases opened in a window (one statement); what is part of an incident under way is explained already."""
    rows = Case.objects.filter(opened_at__gt=start, opened_at__lte=end).order_by("-opened_at")
    if without_incidents:
        explained = Incident.objects.filter(stage__in=UNDER_WAY).values("id")
        rows = rows.exclude(incident_id__in=list(explained.values_list("id", flat=True)))
    return [
        Seen(str(id_), str(customer), kind, str(store), pieces_of(subject))
        for id_, customer, kind, store, subject in rows.values_list(*_COLUMNS)[:MOST]
    ]


def weeks_known(start: datetime) -> int:
    """How many earlier weeks of a window there are cases from, at most eight (one statement)."""
    first = Case.objects.order_by("opened_at").values_list("opened_at", flat=True).first()
    return 0 if first is None else min(max((start - first) // WEEK, 0), WEEKS)


def weeks_before(start: datetime, end: datetime, weeks: int) -> Iterator[list[Seen]]:
    """The same window of so many earlier weeks, each read when it is asked for (a statement each)."""
    for n in range(1, weeks + 1):
        yield seen_between(start - n * WEEK, end - n * WEEK)


def signalled(risk: Risk, *, at: datetime) -> list[UUID]:
    """The new cases of a risk's window that are what its signal says, one a customer."""
    since = at - timedelta(minutes=risk.window_minutes)
    rows = Case.objects.filter(opened_at__gt=since, opened_at__lte=at).order_by("opened_at", "id")
    if risk.kind:
        rows = rows.filter(kind=risk.kind)
    if risk.store_id:
        rows = rows.filter(store_id=risk.store_id)
    wanted = fold(risk.words)
    found = {
        customer: id_
        for id_, customer, subject in rows.values_list("id", "customer_id", "subject")[:MOST]
        if wanted in fold(subject)
    }
    return list(found.values())


def pieces_of(subject: str) -> frozenset[str]:
    """What a subject has in common with others. Kept nowhere: whoever is forgotten is forgotten here, too."""
    return frozenset(piece for piece in grams(subject) if len(piece) >= _SHORTEST)


def overlap(ones: Sequence[str], others: Sequence[str]) -> int:
    """How many two lists share."""
    return len(set(ones) & set(others))
