"""What an incident cost, each figure counted from the event log alone."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from zhoudao.ground.eventlog.models import Event
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.incidents.models import Incident, RoundItem

_CASES = ("incidents.CaseJoinedIncident", "incidents.CaseLeftIncident")
_OWN = ("incidents.IncidentOpened", "incidents.IncidentContained", "incidents.IncidentResolved")


@frozen
class Figures:
    """`detected_after` counts from the first of its cases; the others from when it was opened. None: not (yet)."""

    cases: int
    customers: int
    messages: int
    reopened: int
    detected_after: timedelta | None
    contained_after: timedelta | None
    resolved_after: timedelta | None


def figures_of(incident: Incident) -> Figures:
    """Cases and customers in it, messages sent to all, cases opened again, and the times (five statements)."""
    joins = _joins(incident)
    ids = list(joins)
    moments = _moments(incident)
    opened = moments.get("incidents.IncidentOpened", incident.opened_at)
    first = _first_case(ids)
    return Figures(
        cases=len(ids),
        customers=len({customer for customer, _at in joins.values()}),
        messages=_messages(incident),
        reopened=_reopened(joins),
        detected_after=max(opened - first, timedelta()) if first else None,
        contained_after=_after(moments, "incidents.IncidentContained", opened)
        or _after(moments, "incidents.IncidentResolved", opened),
        resolved_after=_after(moments, "incidents.IncidentResolved", opened),
    )


def _joins(incident: Incident) -> dict[UUID, tuple[UUID, datetime]]:
    """Each case that is in it still, with its customer and since when."""
    found: dict[UUID, tuple[UUID, datetime]] = {}
    rows = Event.objects.filter(object_ids__contains=[incident.id], type__in=_CASES)
    for event in rows.order_by("primary_id", "seq").only("type", "primary_id", "parties", "occurred_at"):
        if event.type == _CASES[0]:
            found[event.primary_id] = _customer(event.parties), event.occurred_at
        else:
            found.pop(event.primary_id, None)
    return found


def _customer(parties: Iterable[Any]) -> UUID:
    return next(UUID(id_) for type_, id_, _role in parties if type_ == "customer")


def _moments(incident: Incident) -> dict[str, datetime]:
    """When it was opened first; contained and resolved last, without what was taken back by opening it again."""
    found: dict[str, datetime] = {}
    rows = Event.objects.filter(primary_id=incident.id, type__in=[*_OWN, "incidents.IncidentReopened"])
    for type_, at in rows.order_by("seq").values_list("type", "occurred_at"):
        if type_ == "incidents.IncidentReopened":
            found = {_OWN[0]: found[_OWN[0]]} if _OWN[0] in found else {}
        elif type_ != _OWN[0] or type_ not in found:
            found[type_] = at
    return found


def _first_case(ids: list[UUID]) -> datetime | None:
    rows = Event.objects.filter(primary_id__in=ids, type="cases.CaseOpened").order_by("occurred_at")
    return rows.values_list("occurred_at", flat=True).first()


def _messages(incident: Incident) -> int:
    """Answers of its rounds that left, whoever they went to."""
    rounds = RoundItem.objects.filter(round__incident=incident, message__isnull=False)
    wanted = [str(one) for one in rounds.values_list("message", flat=True)]
    rows = Event.objects.filter(type="conversations.ReplySent", occurred_at__gte=incident.opened_at)
    return rows.filter(attributes__message_id__in=wanted).values("attributes__message_id").distinct().count()


def _reopened(joins: dict[UUID, tuple[UUID, datetime]]) -> int:
    """Cases opened again after they joined, each once."""
    rows = Event.objects.filter(primary_id__in=list(joins), type="cases.CaseReopened")
    return len({id_ for id_, at in rows.values_list("primary_id", "occurred_at") if at >= joins[id_][1]})


def _after(moments: dict[str, datetime], name: str, opened: datetime) -> timedelta | None:
    return moments[name] - opened if name in moments else None
