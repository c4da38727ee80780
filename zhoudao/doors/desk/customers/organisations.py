"""Organisations: the list, one with its contacts, and who speaks for it."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.doors.desk.customers.finding import found_by
from zhoudao.doors.desk.customers.views import person_or_404
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.promise_rules import KIND_LABELS
from zhoudao.rooms.cases.queries.organisations import OrganisationView, open_organisation, organisation_rows
from zhoudao.rooms.cases.queries.people import list_people
from zhoudao.rooms.customers.commands.joining import CustomerNotFound
from zhoudao.rooms.customers.commands.organisations import (
    OrganisationRefusal,
    add_contact,
    end_contact,
    refuse_contact,
)


@require_GET
@permit("customers:read")
def organisations(request: HttpRequest) -> HttpResponse:
    """Those the viewer may see, by name."""
    words = request.GET.get("q", "").strip()[:120]
    rows, has_more = organisation_rows(viewer_of(request), words=words, after=_place(request.GET.get("cursor", "")))
    following = f"{rows[-1].one.id}|{rows[-1].one.name}" if has_more else ""
    return render(request, "desk/customers/organisations.html", {"rows": rows, "words": words, "next": following})


@require_GET
@permit("customers:read")
def organisation(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """One: who speaks for it, what is open, what it was promised."""
    return _page(request, organisation_or_404(request, organisation_id))


@require_POST
@permit("customers:write")
def add(request: HttpRequest, organisation_id: UUID) -> HttpResponseBase:
    """Somebody speaks for it from now on: found by exactly what they are known by, or suggested by their address."""
    view = organisation_or_404(request, organisation_id)
    viewer, sees_all = viewer_of(request), request.POST.get("sees_all") == "yes"
    customer_id = _customer(request)
    if customer_id is None:
        return _page(request, view, _("Nobody found: give a whole phone number, e-mail address or member number."))
    try:
        add_contact(
            organisation_id=view.one.id, customer_id=customer_id, sees_all=sees_all, at=now(), by=By(viewer.actor)
        )
    except (OrganisationRefusal, CustomerNotFound) as refusal:
        return _page(request, view, said(refusal))
    messages.success(request, _("Added. What they ask from now on is asked in its name."))
    return redirect("organisation", view.one.id)


@require_POST
@permit("customers:write")
def end(request: HttpRequest, organisation_id: UUID, customer_id: UUID) -> HttpResponseBase:
    """Somebody no longer speaks for it."""
    view, person = organisation_or_404(request, organisation_id), person_or_404(viewer_of(request), customer_id)
    try:
        end_contact(organisation_id=view.one.id, customer_id=person.id, at=now(), by=By(viewer_of(request).actor))
    except OrganisationRefusal as refusal:
        return _page(request, view, said(refusal))
    messages.success(request, _("No longer a contact. What they asked in its name stays with it."))
    return redirect("organisation", view.one.id)


@require_POST
@permit("customers:write")
def refuse(request: HttpRequest, organisation_id: UUID, customer_id: UUID) -> HttpResponseBase:
    """A suggested customer does not belong to it."""
    view, person = organisation_or_404(request, organisation_id), person_or_404(viewer_of(request), customer_id)
    refuse_contact(organisation_id=view.one.id, customer_id=person.id, at=now(), by=By(viewer_of(request).actor))
    messages.success(request, _("Noted: not a contact."))
    return redirect("organisation", view.one.id)


def organisation_or_404(request: HttpRequest, organisation_id: UUID) -> OrganisationView:
    """One the viewer may see; others do not exist."""
    found = open_organisation(viewer_of(request), organisation_id)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, view: OrganisationView, refusal: str = "") -> HttpResponse:
    viewer = viewer_of(request)
    own = [(KIND_LABELS[kind], *said_) for kind, said_ in view.one.promises.items() if kind in KIND_LABELS]
    context = {
        "view": view,
        "contacts": [(person, bool(view.sees_all & set(person.group))) for person in view.contacts],
        "own": own,
        "may_write": viewer.may("customers:write"),
        "may_edit": viewer.may("organisations:write"),
        "refusal": refusal,
        "words": request.POST.get("q", ""),
    }
    return render(request, "desk/customers/organisation.html", context, status=422 if refusal else 200)


def _customer(request: HttpRequest) -> UUID | None:
    """A customer the viewer may see; whoever is not exactly one person is nobody."""
    viewer, given = viewer_of(request), request.POST.get("customer", "")
    if given:
        try:
            return person_or_404(viewer, UUID(given)).id
        except ValueError as error:
            raise Http404 from error
    ids = found_by(viewer, request.POST.get("q", "").strip())
    rows = list_people(viewer, ids=ids).rows if ids else []
    return rows[0].id if len(rows) == 1 else None


def _place(cursor: str) -> tuple[str, UUID] | None:
    if not cursor:
        return None
    key, _bar, name = cursor.partition("|")
    try:
        return name, UUID(key)
    except ValueError as error:
        raise BadRequest("cursor") from error
