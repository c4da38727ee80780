"""Customers, found by exactly what is known of them, and shown masked; somebody else's do not exist."""

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema

from zhoudao.doors.api import operations
from zhoudao.doors.api.problems import Refused
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import Line, Name
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.queries.people import PersonRow, PersonView, list_people, open_person
from zhoudao.rooms.customers.queries import find_by_email, find_by_member, find_by_name, find_by_phone

router = Router(tags=["customers"])
_MOST = 25


class CustomerItem(Schema):
    """A customer, masked."""

    id: UUID
    name: str
    phones: list[str]
    emails: list[str]
    value_class: str
    language: str
    since: datetime


class CustomerDetail(CustomerItem):
    """One customer, masked, with what was written down about them and what is open."""

    members: list[str]
    adviser: str | None
    preferred_channel: str
    contact_hours: str
    consents: list[str]
    open_cases: list[str]


class CustomerPage(Schema):
    """At most 25; a search that finds more is too wide to be exact, so there is no next page."""

    items: list[CustomerItem]
    next: str | None = None


class CustomersAsked(Schema):
    """Exactly one of these."""

    phone: Line = ""
    email: Line = ""
    member: Line = ""
    name: Name = ""


@operations.get(router, "", scope="customers:read", answer=CustomerPage)
def find_customers(request: HttpRequest, asked: Query[CustomersAsked]) -> CustomerPage:
    """Customers with exactly this proven phone number, proven e-mail address, member number, or name."""
    given = [value for value in (asked.phone, asked.email, asked.member, asked.name) if value.strip()]
    if len(given) != 1:
        raise Refused(422, "one_needed", "Give exactly one of phone, email, member and name.")
    rows = list_people(viewer_in(request), ids=_found(asked)).rows
    return CustomerPage(items=[item_of(row) for row in rows[:_MOST]])


@operations.get(router, "/{uuid:customer_id}", scope="customers:read", answer=CustomerDetail)
def read_customer(request: HttpRequest, customer_id: UUID) -> CustomerDetail:
    """One customer; a record that was joined answers as the person it belongs to."""
    return detail_of(person_or_404(viewer_in(request), customer_id))


def person_or_404(viewer: Viewer, customer_id: UUID) -> PersonView:
    """The person; one the caller may not see, or who was erased, does not exist."""
    found = open_person(viewer, customer_id)
    if found is None or found.is_erased:
        raise Http404
    return found


def detail_of(person: PersonView) -> CustomerDetail:
    """As programs read it."""
    profile = person.profile
    known = {kind: [one.text for one in person.known if one.kind == kind and not one.is_suggested] for kind in _KINDS}
    return CustomerDetail(
        id=person.id,
        name=person.name,
        phones=known["phone"],
        emails=known["email"],
        members=known["member"],
        value_class=profile.value_class,
        language=profile.language,
        since=min(one.created_at for one in person.records),
        adviser=str(profile.adviser_id) if profile.adviser_id else None,
        preferred_channel=profile.preferred_channel,
        contact_hours=profile.contact_hours,
        consents=list(profile.consents),
        open_cases=[case.number for case in person.open_cases],
    )


_KINDS = ("phone", "email", "member")


def _found(asked: CustomersAsked) -> list[UUID]:
    if asked.phone:
        return find_by_phone(asked.phone)
    if asked.email:
        return find_by_email(asked.email)
    return find_by_member(asked.member) if asked.member else find_by_name(asked.name, _MOST)


def item_of(row: PersonRow) -> CustomerItem:
    """A customer in a list."""
    known = {kind: [one.text for one in row.known if one.kind == kind and not one.is_suggested] for kind in _KINDS}
    return CustomerItem(
        id=row.id,
        name=row.name,
        phones=known["phone"],
        emails=known["email"],
        value_class=row.value_class,
        language=row.language,
        since=row.since,
    )
