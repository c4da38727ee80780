"""Incidents: which are under way, what is told about them, and how many cases each touches."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from zhoudao.doors.api import operations, paging
from zhoudao.doors.api.problems import Refused
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import CaseNumber, Cursor
from zhoudao.rooms.incidents.queries import Listed, in_reach

router = Router(tags=["incidents"])


class IncidentItem(Schema):
    """An incident. `told` is what customers read, by language; `store` null: the whole company."""

    id: UUID
    number: str
    title: str
    cause: str
    guidance: str
    told: dict[str, str]
    is_public: bool
    severity: str
    stage: str
    store: str | None
    cases: int
    lead: str | None
    opened_at: datetime
    contained_at: datetime | None
    resolved_at: datetime | None
    reviewed_at: datetime | None


class IncidentPage(Schema):
    """A page, newest first; `next` is the cursor of the following one."""

    items: list[IncidentItem]
    next: str | None


class IncidentsAsked(Schema):
    """What is asked for; `under_way` leaves out what is resolved."""

    stage: Literal["", "under_way"] = ""
    cursor: Cursor = ""


@operations.get(router, "", scope="incidents:read", answer=IncidentPage)
def list_incidents(request: HttpRequest, asked: Query[IncidentsAsked]) -> IncidentPage:
    """Incidents of the caller's stores and of the whole company."""
    after = paging.read_moment(asked.cursor) if asked.cursor else None
    rows = in_reach(viewer_in(request), is_under_way=asked.stage == "under_way", after=after, most=paging.PAGE + 1)
    shown = rows[: paging.PAGE]
    last = shown[-1].incident if len(rows) > paging.PAGE else None
    return IncidentPage(
        items=[_item(one) for one in shown], next=paging.write(last.opened_at, last.id) if last else None
    )


@operations.get(router, "/{number}", scope="incidents:read", answer=IncidentItem)
def one_incident(request: HttpRequest, number: CaseNumber) -> IncidentItem:
    """One incident, by its number."""
    found = in_reach(viewer_in(request), number=number, most=1)
    if not found:
        raise Refused(404, "incident_not_found", "There is no such incident.")
    return _item(found[0])


def _item(one: Listed) -> IncidentItem:
    row = one.incident
    return IncidentItem(
        id=row.id,
        number=row.number,
        title=row.title,
        cause=row.cause,
        guidance=row.guidance,
        told=row.told,
        is_public=row.is_public,
        severity=row.severity,
        stage=row.stage,
        store=row.store.code if row.store else None,
        cases=one.cases,
        lead=one.lead or None,
        opened_at=row.opened_at,
        contained_at=row.contained_at,
        resolved_at=row.resolved_at,
        reviewed_at=row.reviewed_at,
    )
