"""Two records that are one person: what speaks for it, what would be joined, and taking it back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhoudao.doors.desk.customers.choosing import Choice, choices
from zhoudao.doors.desk.customers.finding import cursor_of, found_by, read_cursor
from zhoudao.doors.desk.customers.views import person_or_404
from zhoudao.doors.desk.customers.words import EVIDENCE
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.queries.people import PersonView, list_people, people_rows
from zhoudao.rooms.cases.queries.suggestions import (
    Evidence,
    evidence_between,
    find_suggestion,
    list_suggestions,
    suggestions_of,
)
from zhoudao.rooms.customers.commands import (
    AlreadyMerged,
    CustomerNotFound,
    NotMerged,
    SameCustomer,
    dismiss_suggestion,
    merge_customers,
    unmerge_customer,
)


@require_GET
@permit("customers:write")
def suggestions(request: HttpRequest) -> HttpResponse:
    """Pairs that wait for a decision."""
    page = list_suggestions(viewer_of(request), after=read_cursor(request.GET.get("cursor", "")))
    rows = [(row, worded(row.evidence)) for row in page.rows]
    return render(request, "desk/customers/suggestions.html", {"rows": rows, "next": cursor_of(page.next)})


@require_POST
@permit("customers:write")
def dismiss(request: HttpRequest, suggestion_id: UUID) -> HttpResponse:
    """These are two people."""
    viewer = viewer_of(request)
    found = find_suggestion(viewer, suggestion_id)
    if found is None or not dismiss_suggestion(suggestion_id=found.id, actor=viewer.actor, at=now()):
        raise Http404
    messages.success(request, _("Noted: two people. Only new evidence brings it back."))
    return redirect("customer_suggestions")


@require_http_methods(["GET", "POST"])
@permit("customers:write")
def join(request: HttpRequest, customer_id: UUID) -> HttpResponseBase:
    """GET without `with` looks for the other one, with it shows what would be joined; POST joins."""
    viewer = viewer_of(request)
    one = person_or_404(viewer, customer_id)
    asked = request.POST.get("with") or request.GET.get("with", "")
    if not asked:
        return _look(request, viewer, one)
    other = person_or_404(viewer, _uuid(asked))
    refusal = ""
    if request.method == "POST":
        try:
            return _joined(request, one, other)
        except (CustomerNotFound, AlreadyMerged, SameCustomer) as error:
            refusal = said(error)
    elif one.id == other.id:
        return redirect("customer", one.id)
    context: dict[str, Any] = {"one": one, "other": other, "sides": [one, other], "refusal": refusal}
    context["choices"] = choices(one, other)
    context["evidence"] = worded(_evidence(viewer, one, other))
    return render(request, "desk/customers/join.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "POST"])
@permit("customers:write")
def separate(request: HttpRequest, customer_id: UUID, record_id: UUID) -> HttpResponseBase:
    """GET asks, POST lets a joined record speak for itself again."""
    viewer = viewer_of(request)
    person = person_or_404(viewer, customer_id)
    record = next((one for one in person.joined if one.id == record_id), None)
    if record is None:
        raise Http404
    context: dict[str, Any] = {"person": person, "record": record}
    if request.method == "GET":
        return render(request, "desk/customers/separate.html", context)
    try:
        unmerge_customer(customer_id=record_id, at=now(), by=By(viewer.actor))
    except (NotMerged, CustomerNotFound) as error:
        return render(request, "desk/customers/separate.html", context | {"refusal": said(error)}, status=422)
    messages.success(request, _("They are two customers again; each has everything it had."))
    response = HttpResponse(status=204)
    response["HX-Redirect"] = reverse("customer", args=[person.id])
    return response


def worded(evidence: Sequence[Evidence]) -> list[tuple[Any, Evidence]]:
    """Evidence with its words."""
    return [(EVIDENCE[one.code], one) for one in evidence if one.code in EVIDENCE]


def _look(request: HttpRequest, viewer: Viewer, one: PersonView) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    likely = suggestions_of(viewer, one.group)
    ids = found_by(viewer, words) if words else [other for other, _codes in likely]
    rows = [row for row in list_people(viewer, ids=ids).rows if row.id != one.id] if ids else []
    return render(request, "desk/customers/join_look.html", {"one": one, "rows": rows, "words": words})


def _evidence(viewer: Viewer, one: PersonView, other: PersonView) -> list[Evidence]:
    rows = people_rows(viewer, [one.id, other.id])
    return evidence_between(rows[0], rows[1], {}) if len(rows) == 2 else []


def _joined(request: HttpRequest, one: PersonView, other: PersonView) -> HttpResponseBase:
    survivor = other if request.POST.get("survivor") == str(other.id) else one
    loser = one if survivor is other else other
    kept = [choice.field for choice in choices(one, other) if _chosen(request, choice) == str(loser.id)]
    merge_customers(
        loser_id=loser.id, survivor_id=survivor.id, kept_fields=kept, at=now(), by=By(viewer_of(request).actor)
    )
    messages.success(request, _("They are one customer now. You can separate them again at any time."))
    return redirect("customer", survivor.id)


def _chosen(request: HttpRequest, choice: Choice) -> str:
    return request.POST.get(f"field-{choice.field}", "")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
