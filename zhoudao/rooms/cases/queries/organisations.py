"""Organisations as the desk and programs see them: who sees a case or contact of one, or advises it, sees it."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.keyset import beyond
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import ACTIVE, Case
from zhoudao.rooms.cases.queries.people import PersonRow, list_people, people_rows, theirs
from zhoudao.rooms.customers.members import contacts_of
from zhoudao.rooms.customers.models import ContactSuggestion, Customer, Membership, Organisation

PAGE = 25
_OPEN_CASES = 20


@frozen
class OrganisationRow:
    """One of a list, with what of it the viewer may see."""

    one: Organisation
    contacts: int
    open_cases: int


@frozen
class OrganisationView:
    """One opened. `sees_all`: records of contacts who see all its cases; `unseen`: contacts not shown."""

    one: Organisation
    contacts: list[PersonRow]
    sees_all: frozenset[UUID]
    unseen: int
    open_cases: list[Case]
    suggested: list[PersonRow]


def organisations(viewer: Viewer, *, words: str = "") -> QuerySet[Organisation]:
    """All the viewer may see, by name."""
    rows = Organisation.objects.select_related("adviser")
    if not viewer.is_everywhere:
        rows = rows.filter(_allowed(viewer))
    return (rows.filter(name__icontains=words) if words else rows).order_by("name", "id")


def organisation_rows(
    viewer: Viewer, *, words: str = "", after: tuple[str, UUID] | None = None
) -> tuple[list[OrganisationRow], bool]:
    """A page of them, and whether there are more (three statements)."""
    rows = organisations(viewer, words=words)
    if after is not None:
        rows = rows.filter(beyond("name", after[0], after[1]))
    found = list(rows[: PAGE + 1])
    ids = [one.id for one in found[:PAGE]]
    members = Membership.objects.filter(organisation_id__in=ids, ended_at=None, customer__merged_into=None)
    contacts = dict(members.values_list("organisation_id").annotate(n=Count("id")))
    seen = Case.objects.filter(visible(viewer), organisation_id__in=ids, status__in=ACTIVE).order_by()
    cases = dict(seen.values_list("organisation_id").annotate(n=Count("id")))
    shown = [OrganisationRow(one, contacts.get(one.id, 0), cases.get(one.id, 0)) for one in found[:PAGE]]
    return shown, len(found) > PAGE


def find_organisation(viewer: Viewer, organisation_id: UUID) -> Organisation | None:
    """One the viewer may see."""
    return organisations(viewer).filter(id=organisation_id).first()


def open_organisation(viewer: Viewer, organisation_id: UUID) -> OrganisationView | None:
    """Everything its page shows: contacts and suggestions only of customers the viewer may see."""
    one = find_organisation(viewer, organisation_id)
    if one is None:
        return None
    members = contacts_of(one.id)
    contacts = _people(viewer, [row.customer_id for row in members])
    seen = {record for person in contacts for record in person.group}
    waiting = ContactSuggestion.objects.filter(organisation=one, status="open").order_by("found_at", "id")
    suggested = _people(viewer, list(waiting.values_list("customer_id", flat=True)[:PAGE]))
    cases = Case.objects.filter(visible(viewer), organisation=one, status__in=ACTIVE)
    shown = cases.select_related("conversation__channel", "owner", "team", "store")
    return OrganisationView(
        one=one,
        contacts=contacts,
        sees_all=frozenset(row.customer_id for row in members if row.sees_all),
        unseen=sum(row.customer_id not in seen for row in members),
        open_cases=list(shown.order_by("-updated_at", "-id")[:_OPEN_CASES]),
        suggested=[person for person in suggested if person.id not in {each.id for each in contacts}],
    )


def _people(viewer: Viewer, ids: Sequence[UUID]) -> list[PersonRow]:
    if not ids:
        return []
    if viewer.is_everywhere:
        return people_rows(viewer, ids)
    return list_people(viewer, ids=ids).rows


def _allowed(viewer: Viewer) -> Q:
    mine = Case.objects.filter(visible(viewer), organisation_id=OuterRef("pk"))
    people = Membership.objects.filter(
        organisation_id=OuterRef("pk"), ended_at=None, customer__in=Customer.objects.filter(theirs(viewer)).values("id")
    )
    allowed = Q(Exists(mine)) | Q(Exists(people)) | Q(created_by=viewer.actor)
    return allowed | Q(adviser_id=viewer.user_id) if viewer.user_id else allowed
