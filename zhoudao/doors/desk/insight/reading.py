"""A report on its page, the cases behind each number, and as files."""

import json
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.improvement.commands.holding import WRITE
from zhoudao.conduct.improvement.queries.register import of_report
from zhoudao.conduct.insight.models import ROLES, Report, Source
from zhoudao.conduct.insight.narrowing import FILTERS, narrows_in
from zhoudao.conduct.insight.reporting import body_of
from zhoudao.conduct.insight.standing import standing
from zhoudao.doors.desk.insight.asking import OBJECT_WORDS
from zhoudao.doors.desk.insight.filtering import filtered, filtered_cases, filters_shown, linked
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation.clock import currency
from zhoudao.kit.languages import pick
from zhoudao.kit.money import Money
from zhoudao.rooms.tallies.rates import rates


@require_GET
@permit("insight:read")
def report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """What was found; while it is made how far it is, asked for anew each second by the page itself."""
    one = _or_404(report_id)
    context: dict[str, Any] = {
        "report": one, "object_words": OBJECT_WORDS, "fault": _fault(one.fault), "hourly": _hourly(one),
        "may_write": viewer_of(request).covers("insight:write"), **_columns(one),
    }  # fmt: skip
    narrows, unread = narrows_in(request.GET.getlist("f"))
    if narrows and one.state == "done" and one.kept:
        return filtered(request, one, narrows, unread)
    if request.headers.get("HX-Request") and one.is_waited_for:
        return render(request, "desk/insight/_waiting.html", context)
    if one.state == "done":
        language = viewer_of(request).language
        body = body_of(one)
        before, _marker, after = body["pages"][language].partition(FILTERS)
        context |= {"words": SafeString(before), "words_after": SafeString(after), "map": body["maps"][language]}
        context |= filters_shown(body["choices"][language], [], unread) if one.kept else {}
        context["flow_fault"] = _fault(body.get("flow_fault", ""))
        context["versions"] = _versions(language)
        context["has_flow"] = bool(body.get("flow"))
        context["initiatives"] = of_report(one.id)
        context["may_improve"] = viewer_of(request).covers(WRITE)
        context["map_id"] = f"process-map-{language}"
    answer = render(request, "desk/insight/report.html", context)
    if request.headers.get("HX-Request"):
        answer["HX-Refresh"] = "true"
    return answer


def _hourly(one: Report) -> dict[str, str]:
    """What an hour was taken to cost; of our own events, until somebody says, what the company takes work to cost."""
    if one.hourly or one.source != Source.OWN:
        return {"currency": currency(), **one.hourly}
    work = Money(rates().minute_minor * 60, currency())
    return {"work": str(work.amount), "lying": "", "currency": work.currency}


def _versions(language: str) -> list[tuple[UUID, str]]:
    """The flows in force, by their names."""
    rows = FlowVersion.objects.filter(is_live=True).defer("source").order_by("key")
    return [(row.id, f"{pick(row.names, language)} {row.version}") for row in rows]


def _fault(code: str) -> str:
    """Why there is none: our own codes in words, what reading refused as it was said."""
    return {
        "": "",
        "no_steps": _("No step of a flow was done in these cases, so there is nothing to compare."),
        "no_amounts": _("The column of costs is not there or holds what is no amount: name another, or none."),
        "nothing": _("Nothing of this kind happened in this period."),
        "failed": _("It could not be made. This has been noted; try again, or ask who keeps the installation."),
    }.get(code, code)


def _columns(one: Report) -> dict[str, Any]:
    """How the columns of a file were read, to be changed."""
    if one.source != Source.FILE or one.upload_id is None:
        return {}
    names = {
        "case": _("case"), "activity": _("step"), "end": _("time"), "start": _("start time"), "resource": _("resource"),
        "lifecycle": _("lifecycle"),
    }  # fmt: skip
    used = one.mapping
    roles = [(role, names[role], used.get(role) or "", (used.get("sure") or {}).get(role)) for role in ROLES]
    return {"roles": roles, "columns": used.get("columns", []), "activity": used.get("activity") or []}


@require_GET
@permit("insight:read")
def cases(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Those behind one number, each opening its page where it is ours."""
    one = _or_404(report_id, is_done=True)
    narrows, unread = narrows_in(request.GET.getlist("f"))
    if narrows and one.kept:
        return filtered_cases(request, one, narrows)
    body = body_of(one)
    of = request.GET.get("of", "")
    if unread or of not in body["behind"]:
        raise Http404
    title = _title(of, body, viewer_of(request).language)
    context = {"report": one, "rows": linked(one, body["behind"][of]), "title": title}
    return render(request, "desk/insight/cases.html", context)


def _title(of: str, body: dict[str, Any], language: str) -> str:
    steps = {step["id"]: step["name"] for step in body["maps"][language]["steps"]}
    if of[0] == "s":
        return _("Cases with “{step}”").format(step=steps.get(int(of[1:]), ""))
    if of[0] == "p":
        one, other = of[1:].split("-")
        return _("Cases that went from “{one}” to “{other}”").format(one=steps[int(one)], other=steps[int(other)])
    if of[0] == "v":
        return _("Cases that went way {n}").format(n=int(of[1:]) + 1)
    return _("Cases of finding {n}").format(n=int(of[1:]) + 1)


@require_GET
@permit("insight:read")
def as_file(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """The report as one HTML file that needs nothing else."""
    one = _or_404(report_id, is_done=True)
    language = viewer_of(request).language
    html = standing(body_of(one), name=one.name, first=language)
    return _download(html, "text/html; charset=utf-8", f"diagnosis-{one.id}.html")


@require_GET
@permit("insight:read")
def figures(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Its figures for programs."""
    one = _or_404(report_id, is_done=True)
    text = json.dumps(body_of(one)["figures"], ensure_ascii=False, indent=1)
    return _download(text, "application/json", f"diagnosis-{one.id}.json")


@require_GET
@permit("insight:read")
def flow(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """The process as it goes, as a flow that the studio opens."""
    one = _or_404(report_id, is_done=True)
    drawn = body_of(one).get("flow")
    if not drawn:
        raise Http404
    return _download(drawn, "application/xml", f"flow-{one.id}.bpmn")


def _download(text: str, type_: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type=type_)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _or_404(report_id: UUID, *, is_done: bool = False) -> Report:
    one = Report.objects.select_related("body", "asked_by").filter(id=report_id).first()
    if one is None or (is_done and one.state != "done"):
        raise Http404
    return one
