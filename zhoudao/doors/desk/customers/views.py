"""The list of customers, one customer's page, and the looks at what is masked."""

from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from zhoudao.doors.desk.customers.finding import cursor_of, found_by, read_cursor
from zhoudao.doors.desk.customers.moods import drawn
from zhoudao.doors.desk.customers.words import CONSENTS, DRAWINGS, EVIDENCE, HOURS, IDENTITIES, KINDS
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.queries.history import HistoryPage, history
from zhoudao.rooms.cases.queries.moods import trend
from zhoudao.rooms.cases.queries.people import Known, PersonView, list_people, may_see, open_person
from zhoudao.rooms.cases.queries.suggestions import suggestions_of
from zhoudao.rooms.customers.commands import CustomerNotFound, MayNotUnmask, NothingToShow, unmask
from zhoudao.rooms.customers.queries import group_ids

_OF: dict[str, dict[str, str]] = {"mine": {}, "best": {"grade": "A"}, "leaving": {"risk": "high"}}


@require_GET
@permit("customers:read")
def people(request: HttpRequest) -> HttpResponse:
    """The newest customers, one's own, the best, those who may leave, or who is found by what they are known by."""
    viewer, query = viewer_of(request), request.GET
    words, of = query.get("q", "").strip(), query.get("of", "") if query.get("of") in _OF else ""
    page = list_people(
        viewer,
        after=_id(query.get("cursor", "")),
        ids=found_by(viewer, words) if words else None,
        adviser_id=viewer.user_id if of == "mine" else None,
        only=_OF.get(of, {}),
    )
    context = {"rows": page.rows, "next": page.next, "words": words, "of": of}
    return render(request, "desk/customers/people.html", context)


@require_GET
@permit("customers:read")
def person(request: HttpRequest, customer_id: UUID) -> HttpResponseBase:
    """One customer: who they are, what is open, and everything that happened. A joined record leads to its person."""
    viewer = viewer_of(request)
    found = person_or_404(viewer, customer_id)
    if found.id != customer_id:
        return redirect("customer", found.id)
    kind, may_write = _kind(request), viewer.may("customers:write") and not found.is_erased
    likely = suggestions_of(viewer, found.group) if may_write else []
    context = {
        "person": found,
        "likely": [(other, [EVIDENCE[code] for code in codes if code in EVIDENCE]) for other, codes in likely],
        "known": _sorted(found),
        "hours": HOURS[found.profile.contact_hours],
        "consents": [(words, code in found.profile.consents) for code, words in CONSENTS.items()],
        "kinds": KINDS.items(),
        "may_unmask": viewer.may("customers:unmask"),
        "may_write": may_write,
        "may_open": viewer.may("cases:write") and not found.is_erased,
        "may_export": viewer.may("customers:export") and not found.is_erased,
        **drawn(trend(viewer, found.group)),
        **_timeline(history(viewer, found.group, kind=kind), kind),
    }
    return render(request, "desk/customers/person.html", context)


@require_GET
@permit("customers:read")
def more(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """The timeline's next page."""
    viewer, kind = viewer_of(request), _kind(request)
    group = group_or_404(viewer, customer_id)
    page = history(viewer, group, kind=kind, after=read_cursor(request.GET.get("cursor", "")))
    context = {"person": {"id": customer_id}, **_timeline(page, kind)}
    return render(request, "desk/customers/_history.html", context)


@require_http_methods(["GET", "POST"])
@permit("customers:unmask")
def unmasked(request: HttpRequest, customer_id: UUID, field: str) -> HttpResponse:
    """GET asks why; POST shows a phone number, address or id in clear and records who looked."""
    viewer = viewer_of(request)
    group_or_404(viewer, customer_id)
    context: dict[str, Any] = {}
    if request.method == "POST":
        reason = request.POST.get("reason", "").strip()
        try:
            context["value"] = unmask(customer_id=customer_id, field=field, viewer=viewer, reason=reason, at=now())
        except (MayNotUnmask, NothingToShow, CustomerNotFound) as refusal:
            context["refusal"] = said(refusal)
    return render(request, "desk/parts/unmask.html", context)


def person_or_404(viewer: Viewer, customer_id: UUID) -> PersonView:
    """The person; one the viewer may not see does not exist."""
    found = open_person(viewer, customer_id)
    if found is None:
        raise Http404
    return found


def group_or_404(viewer: Viewer, customer_id: UUID) -> list[UUID]:
    """The person's records; those the viewer may not see do not exist."""
    group = group_ids(customer_id)
    if not may_see(viewer, group):
        raise Http404
    return group


def _sorted(found: PersonView) -> list[tuple[Any, list[Known]]]:
    """What the person is known by, kind by kind, proven first."""
    shown = []
    for kind, words in IDENTITIES.items():
        mine = [one for one in found.known if one.kind == kind]
        if mine:
            shown.append((words, sorted(mine, key=lambda one: (one.is_suggested, one.since))))
    return shown


def _timeline(page: HistoryPage, kind: str) -> dict[str, Any]:
    entries = [(entry, DRAWINGS.get(entry.type, "circle")) for entry in page.entries]
    return {"entries": entries, "kind": kind, "next": cursor_of(page.next)}


def _kind(request: HttpRequest) -> str:
    return request.GET.get("kind", "") if request.GET.get("kind", "") in KINDS else ""


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise BadRequest("cursor") from error
