"""Asking for a diagnosis: of our own events over a period, or of a file from elsewhere."""

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.insight.hourly import HourlyUnsound, hourly
from zhoudao.conduct.insight.models import ROLES, Report
from zhoudao.conduct.insight.reporting import (
    OBJECTS,
    Period,
    PeriodUnsound,
    ReportNotFound,
    ask_again,
    ask_report,
    ask_report_of_file,
    compare_report,
    delete_report,
)
from zhoudao.engines.bpmn.problems import FlowRefused
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.files.store import FileEmpty, FileTooLarge
from zhoudao.ground.installation.clock import currency, now
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.languages import pick

LAST = 50
OBJECT_WORDS: dict[str, LazyText] = {
    "case": gettext_lazy("Cases"),
    "order": gettext_lazy("Orders"),
    "return": gettext_lazy("Returns"),
    "repair": gettext_lazy("Repairs"),
}


@require_http_methods(["GET", "POST"])
@permit("insight:read")
def reports(request: HttpRequest) -> HttpResponse:
    """GET lists the last ones; POST asks for one of our own events."""
    viewer = viewer_of(request)
    if request.method == "POST":
        if not viewer.covers("insight:write"):
            raise PermissionDenied
        try:
            report = _ask(request)
        except (PeriodUnsound, ValueError, OverflowError):
            messages.error(request, _("Choose a period that begins before it ends and is no longer than five years."))
            return redirect("insight")
        return redirect("report", report.id)
    today = now().astimezone(ZoneInfo(viewer.zone or "UTC")).date()
    context = {
        "reports": Report.objects.select_related("asked_by").order_by("-asked_at", "-id")[:LAST],
        "objects": [(code, OBJECT_WORDS[code]) for code in OBJECTS],
        "object_words": OBJECT_WORDS,
        "since": today - timedelta(days=90),
        "until": today,
        "zone": viewer.zone or "UTC",
        "may_write": viewer.covers("insight:write"),
    }
    return render(request, "desk/insight/reports.html", context)


def _ask(request: HttpRequest) -> Report:
    viewer, given = viewer_of(request), request.POST
    object_type = given.get("object", "")
    if object_type not in OBJECTS:
        raise ValueError(object_type)
    since, until = date.fromisoformat(given.get("since", "")), date.fromisoformat(given.get("until", ""))
    zone = viewer.zone or "UTC"
    period = Period(_midnight(since, zone), _midnight(until + timedelta(days=1), zone), zone)
    return ask_report(
        period=period, name=f"{OBJECT_WORDS[object_type]} {since} – {until}", object_type=object_type,
        is_whole=given.get("is_whole") == "on", viewer=viewer, at=now(),
    )  # fmt: skip


def _midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))


@require_POST
@permit("insight:write")
def of_file(request: HttpRequest) -> HttpResponse:
    """A log that somebody brings."""
    viewer, file = viewer_of(request), request.FILES.get("file")
    if file is None:
        messages.error(request, _("Choose a file first."))
        return redirect("insight")
    try:
        report = ask_report_of_file(
            name=(file.name or "log")[:120], content=file.read(), zone=viewer.zone or "UTC", viewer=viewer,
            at=now(),
        )  # fmt: skip
    except (FileTooLarge, FileEmpty):
        messages.error(request, _("A file is between 1 byte and 20 MB here; `zhoudao import log` takes larger ones."))
        return redirect("insight")
    return redirect("report", report.id)


@require_POST
@permit("insight:write")
def again(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Made anew: of a file with other columns or another zone, of our own with what has happened since."""
    given = request.POST
    zone = given.get("zone", "")
    if zone and zone not in available_timezones():
        messages.error(request, _("There is no time zone of this name; write e.g. Asia/Shanghai."))
        return redirect("report", report_id)
    mapping = None
    if "case" in given:
        chosen = {role: given.get(role, "") for role in ROLES if role != "activity"}
        mapping = {**chosen, "activity": [name for name in given.getlist("activity") if name]}
    try:
        ask_again(report_id=report_id, mapping=mapping, zone=zone, at=now())
    except ReportNotFound:
        raise Http404 from None
    return redirect("report", report_id)


@require_POST
@permit("insight:write")
def hour(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Made anew with what an hour of work, and of a case that lies, is taken to cost."""
    given = request.POST
    try:
        kept = hourly(
            work=given.get("work", ""), lying=given.get("lying", ""), material=given.get("material", ""),
            currency=currency(),
        )  # fmt: skip
        ask_again(report_id=report_id, hourly=kept, at=now())
    except HourlyUnsound:
        messages.error(request, _("An hour costs an amount of money from 0 to a million; one of the two more than 0."))
    except ReportNotFound:
        raise Http404 from None
    return redirect("report", report_id)


@require_POST
@permit("insight:write")
def beside(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Made anew beside a flow: one that is in force, or a file; or beside none."""
    file, version_id = request.FILES.get("file"), uuid_in(request.POST.get("version", ""))
    version = FlowVersion.objects.filter(id=version_id).first() if version_id else None
    source, name = b"", ""
    if file is not None:
        source, name = file.read(), (file.name or "").removesuffix(".bpmn")
    elif version is not None:
        name = f"{pick(version.names, viewer_of(request).language)} {version.version}"
        source = bytes(version.source)
    try:
        compare_report(report_id=report_id, source=source, name=name, at=now())
    except ReportNotFound:
        raise Http404 from None
    except (FlowRefused, FileTooLarge) as refusal:
        messages.error(request, _("This is no flow that can be read: {why}").format(why=refusal))
    return redirect("report", report_id)


@require_POST
@permit("insight:write")
def delete(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Gone, with the file it was made of."""
    try:
        delete_report(report_id=report_id, viewer=viewer_of(request), at=now())
    except ReportNotFound:
        raise Http404 from None
    messages.success(request, _("Deleted, with everything that was read for it."))
    return redirect("insight")
