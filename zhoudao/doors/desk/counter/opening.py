"""Opening the counter for somebody: found by what they say, or called from the store's queue."""

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from zhoudao.doors.desk.counter.tickets import ticket
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.queries.serving import find_person
from zhoudao.rooms.customers.commands.introducing import serve_customer
from zhoudao.rooms.customers.commands.joining import CustomerNotFound
from zhoudao.rooms.visits.models import Visit
from zhoudao.rooms.visits.told import told_of


def open_person(customer_id: UUID, viewer: Viewer, *, at: datetime, visit_id: object = "") -> HttpResponse:
    """The counter with this customer's history; that it was opened is written down."""
    try:
        serve_customer(customer_id=customer_id, at=at, by=By(viewer.actor))
    except CustomerNotFound as error:
        raise Http404 from error
    return redirect(_address(who=ticket(customer_id, viewer), visit=str(visit_id)))


def open_for_visit(visit: Visit, viewer: Viewer, *, at: datetime) -> HttpResponse:
    """The counter for a number: with the customer where phone or case number can only be one person's."""
    told = told_of(visit)
    known = visit.customer if visit.customer and not visit.customer.erased_at else None
    sure: set[UUID] = {known.id} if known else set()
    for words in () if sure else (told.phone, told.case_number):
        if words:
            sure |= {match.person.id for match in find_person(viewer, words) if match.is_sure}
    if len(sure) == 1:
        return open_person(sure.pop(), viewer, at=at, visit_id=visit.id)
    return redirect(_address(visit=str(visit.id)))


def _address(**asked: str) -> str:
    return f"{reverse('counter')}?{urlencode({name: value for name, value in asked.items() if value})}"
