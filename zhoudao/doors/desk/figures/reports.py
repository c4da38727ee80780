"""Reports of figures: those that were made, who wants the next ones, and each as it was."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhoudao.doors.desk.figures.reported import shown
from zhoudao.doors.desk.figures.words import said
from zhoudao.doors.desk.papers import pdf_answer
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.targets.history import may_see, places_of
from zhoudao.rooms.targets.models import Every, Paper, Report
from zhoudao.rooms.targets.refusals import FigureUnknown
from zhoudao.rooms.targets.reporting import ask_paper, page_of_reports, subscribe, subscriptions_of

PAGE = 25


@require_GET
@permit("metrics:read")
def reports(request: HttpRequest) -> HttpResponse:
    """The newest first, and what the viewer wants."""
    return _page(request)


@require_POST
@permit("metrics:read")
def want(request: HttpRequest) -> HttpResponse:
    """The viewer wants reports of a place, or no longer."""
    given = request.POST
    store = given.get("store", "")
    try:
        subscribe(
            viewer=viewer_of(request),
            every=given.get("every", ""),
            store_id=(uuid_in(store) or UUID(int=0)) if store else None,
            is_wanted=given.get("wanted") == "1",
            at=clock.now(),
        )
    except FigureUnknown as refusal:
        return _page(request, said(refusal))
    return redirect("figure_reports")


@require_GET
@permit("metrics:read")
def report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """One, as it was when it was made."""
    found = _report_or_404(viewer_of(request), report_id)
    return render(request, "desk/figures/report.html", {**shown(found), **_paper(found, viewer_of(request))})


@require_http_methods(["GET", "POST"])
@permit("metrics:read")
def paper(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """POST asks for the file; GET says how far it is."""
    viewer = viewer_of(request)
    found = _report_or_404(viewer, report_id)
    if request.method == "POST":
        ask_paper(report_id=found.id, language=viewer.language, at=clock.now())
    return render(request, "desk/figures/_paper.html", {"report": found, **_paper(found, viewer)})


@require_GET
@permit("metrics:read")
def download(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """The file, made once."""
    viewer = viewer_of(request)
    found = _report_or_404(viewer, report_id)
    one = Paper.objects.filter(report=found, language=viewer.language, state="done").select_related("file").first()
    if one is None or one.file is None:
        raise Http404
    place = found.store.code if found.store else "company"
    return pdf_answer(one.file, f"figures-{place}-{found.last_date}.pdf")


def _page(request: HttpRequest, refusal: str = "") -> HttpResponse:
    viewer = viewer_of(request)
    seen = viewer.within("metrics:read")
    found = page_of_reports(seen, before=_cursor(request.GET.get("cursor", "")), most=PAGE + 1)
    wanted = subscriptions_of(viewer.user_id) if viewer.user_id else {}
    words = dict(Every.choices)
    last = found[PAGE - 1] if len(found) > PAGE else None
    context: dict[str, Any] = {
        "rows": found[:PAGE],
        "next": f"{last.last_date}~{last.id}" if last else "",
        "wanted": [(every, words[every], store) for (every, _id), store in wanted.items()],
        "stores": places_of(seen),
        "is_everywhere": seen.stores is None,
        "choices": Every.choices,
        "refusal": refusal,
    }
    return render(request, "desk/figures/reports.html", context, status=422 if refusal else 200)


def _paper(found: Report, viewer: Viewer) -> dict[str, Any]:
    one = Paper.objects.filter(report=found, language=viewer.language).first()
    faults = {"no_pango": _("The library that makes PDFs (Pango) is not installed on the server.")}
    return {"paper": one, "fault": faults.get(one.fault, _("The PDF could not be made.")) if one else ""}


def _report_or_404(viewer: Viewer, report_id: UUID) -> Report:
    found = Report.objects.select_related("store").filter(id=report_id).first()
    if found is None or not may_see(viewer.within("metrics:read"), found.store_id):
        raise Http404
    return found


def _cursor(text: str) -> tuple[date, UUID] | None:
    if not text:
        return None
    day, _sep, id_ = text.partition("~")
    try:
        return date.fromisoformat(day), UUID(id_)
    except ValueError as error:
        raise BadRequest("cursor") from error
