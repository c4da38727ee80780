"""Organisations and their contacts; a caller sees those of its own stores."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema, Status

from zhoudao.doors.api import operations, paging
from zhoudao.doors.api.customers import CustomerItem, item_of, person_or_404
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import Cursor
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.queries.organisations import (
    OrganisationView,
    find_organisation,
    open_organisation,
    organisation_rows,
)
from zhoudao.rooms.customers.commands.organisations import add_contact
from zhoudao.rooms.customers.models import Organisation

router = Router(tags=["customers"])


class OrganisationItem(Schema):
    """An organisation. No `tier`, or no promise of a kind: as for everybody. Promises: minutes, how they count."""

    id: UUID
    name: str
    tier: str
    adviser: str | None
    domains: list[str]
    promises: dict[str, tuple[int, str]]


class OrganisationDetail(OrganisationItem):
    """One, with the contacts the caller may see, masked, and what is open in its name."""

    contacts: list[CustomerItem]
    open_cases: list[str]


class OrganisationPage(Schema):
    """A page, by name."""

    items: list[OrganisationItem]
    next: str | None = None


class OrganisationsAsked(Schema):
    """`cursor`: where the page before ended."""

    cursor: Cursor = ""


class ContactIn(Schema):
    """A customer; `sees_all` lets them see all cases of the organisation, else their own."""

    customer: UUID
    sees_all: bool = False


@operations.get(router, "", scope="customers:read", answer=OrganisationPage)
def list_organisations(request: HttpRequest, asked: Query[OrganisationsAsked]) -> OrganisationPage:
    """Organisations by name."""
    viewer, after = viewer_in(request), None
    if asked.cursor:
        last = find_organisation(viewer, paging.read_id(asked.cursor))
        if last is None:
            raise paging.BadCursor
        after = (last.name, last.id)
    rows, has_more = organisation_rows(viewer, after=after)
    following = paging.write(rows[-1].one.id) if has_more else None
    return OrganisationPage(items=[OrganisationItem(**_fields(row.one)) for row in rows], next=following)


@operations.get(router, "/{uuid:organisation_id}", scope="customers:read", answer=OrganisationDetail)
def read_organisation(request: HttpRequest, organisation_id: UUID) -> OrganisationDetail:
    """One organisation."""
    return _detail(_or_404(viewer_in(request), organisation_id))


@operations.post(router, "/{uuid:organisation_id}/contacts", scope="customers:write", answers={201: OrganisationDetail})
def contact(request: HttpRequest, organisation_id: UUID, said: ContactIn) -> Status[OrganisationDetail]:
    """Let a customer speak for an organisation."""
    viewer = viewer_in(request)
    one, person = _or_404(viewer, organisation_id).one, person_or_404(viewer, said.customer)
    by = By(viewer.actor)
    add_contact(organisation_id=one.id, customer_id=person.id, sees_all=said.sees_all, at=clock.now(), by=by)
    return Status(201, _detail(_or_404(viewer, organisation_id)))


def _or_404(viewer: Viewer, organisation_id: UUID) -> OrganisationView:
    found = open_organisation(viewer, organisation_id)
    if found is None:
        raise Http404
    return found


def _fields(one: Organisation) -> dict[str, Any]:
    adviser = str(one.adviser_id) if one.adviser_id else None
    return {"id": one.id, "name": one.name, "tier": one.tier, "adviser": adviser, "domains": one.domains} | {
        "promises": one.promises
    }


def _detail(view: OrganisationView) -> OrganisationDetail:
    return OrganisationDetail(
        **_fields(view.one),
        contacts=[item_of(person) for person in view.contacts],
        open_cases=[case.number for case in view.open_cases],
    )
