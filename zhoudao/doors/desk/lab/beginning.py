"""The simulations there are, and beginning one: a flow and what is known of it today."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.conduct.flows.models import FlowDraft, FlowVersion
from zhoudao.conduct.flows.versions import version_of
from zhoudao.conduct.insight.experimenting import (
    ExperimentNotFound,
    Start,
    begin_experiment,
    delete_experiment,
)
from zhoudao.conduct.insight.measuring import facts_of, teams_of
from zhoudao.conduct.insight.models import Experiment, Report
from zhoudao.conduct.insight.plain_start import Facts, plain_start
from zhoudao.conduct.insight.reporting import body_of
from zhoudao.conduct.insight.scenario_reading import ScenarioRefused
from zhoudao.engines.bpmn.graph import Graph
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.bpmn.problems import FlowRefused
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.files.store import FileEmpty, FileTooLarge, read
from zhoudao.ground.installation.clock import now
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.languages import pick

LAST = 50


class NothingChosen(Exception):
    """Choose a flow, or a file."""


@require_GET
@permit("insight:read")
def lab(request: HttpRequest) -> HttpResponse:
    """Lists the last ones, and asks what to simulate."""
    language = viewer_of(request).language
    rows = Experiment.objects.select_related("begun_by").annotate(
        count=Count("variants", filter=Q(variants__place__gt=0))
    )
    context = {
        "experiments": rows.order_by("-begun_at", "-id")[:LAST],
        "flows": _flows(language),
        "reports": _reports(),
        "chosen": request.GET.get("flow", ""),
        "may": viewer_of(request).may("insight:write"),
    }
    return render(request, "desk/lab/lab.html", context)


def _flows(language: str) -> list[tuple[str, str]]:
    """What may be simulated of our own: in force, on trial, being drawn."""
    in_force = FlowVersion.objects.filter(Q(is_live=True) | Q(pilot_stores__isnull=False)).distinct()
    found = [
        (
            f"v:{row.id}",
            f"{pick(row.names, language) or row.key} {row.version}" + ("" if row.is_live else _(" (pilot)")),
        )
        for row in in_force.defer("source").order_by("key", "version")
    ]
    drafts = FlowDraft.objects.filter(owner=None).order_by("key").values_list("id", "key")
    return found + [(f"d:{id_}", f"{key}{_(' (draft)')}") for id_, key in drafts]


def _reports() -> list[tuple[str, str]]:
    """The last ones, in whose logs today can be found."""
    rows = Report.objects.filter(state="done").order_by("-asked_at", "-id").values_list("id", "name", "flow_name")
    return [(f"r:{id_}", f"{name} · {flow}" if flow else name) for id_, name, flow in rows[:LAST]]


@require_POST
@permit("insight:write")
def begin(request: HttpRequest) -> HttpResponse:
    """Begins one, of a flow or a file, with a scenario of its own or a file's."""
    viewer = viewer_of(request)
    try:
        start = _start(request)
        one = begin_experiment(start=start, name=start.flow_name, viewer=viewer, at=now())
    except NothingChosen:
        messages.error(request, _("Choose a flow, or a file, first."))
    except ScenarioRefused as refusal:
        messages.error(request, _("The scenario does not fit the flow: {why}").format(why=refusal))
    except (ValueError, RecursionError) as fault:
        messages.error(request, _("The scenario is no JSON that can be read: {why}").format(why=fault))
    except (FlowRefused, FileTooLarge, FileEmpty) as refusal:
        messages.error(request, _("This is no flow that can be read: {why}").format(why=refusal))
    else:
        return redirect("experiment", one.id)
    return redirect("lab")


def _start(request: HttpRequest) -> Start:
    """Raises: NothingChosen, FlowRefused, ValueError"""
    language = viewer_of(request).language
    kind, _colon, given = request.POST.get("flow", "").partition(":")
    if kind == "r" and not request.FILES.get("file"):
        return _of_report(uuid_in(given))
    source, name, version = _chosen(request)
    graph = version_of(version.id).graph if version else parse(source)
    scenario, today = request.FILES.get("scenario"), _("Today")
    if scenario is not None:
        return Start(flow=source, flow_name=name, base=json.loads(scenario.read()), today=today)
    facts = facts_of(version_of(version.id), language=language, at=now()) if version else _of_file(graph, language)
    base, notes = plain_start(graph, facts, others=_("Others"), promise=_("All steps within their targets"))
    return Start(flow=source, flow_name=name, base=base, notes=notes, today=today)


def _of_report(report_id: UUID | None) -> Start:
    """The flow a report is compared with, else the one that is seen in it; today is found in its log.

    Raises: NothingChosen
    """
    rows = Report.objects.select_related("body", "flow").filter(state="done")
    report = rows.filter(id=report_id).first() if report_id else None
    if report is None:
        raise NothingChosen(NothingChosen.__doc__)
    given: dict[str, Any] = {"report_id": report.id, "today": _("Today")}
    if report.flow is not None:
        return Start(flow=read(report.flow), flow_name=f"{report.flow_name} · {report.name}", **given)
    drawn = body_of(report).get("flow")
    if not drawn:
        raise NothingChosen(NothingChosen.__doc__)
    return Start(flow=drawn.encode(), flow_name=report.name, is_discovered=True, **given)


def _of_file(graph: Graph, language: str) -> Facts:
    return Facts(teams_of(graph, language))


def _chosen(request: HttpRequest) -> tuple[bytes, str, FlowVersion | None]:
    """The flow's file, what it is called, and which version of ours it is. Raises: NothingChosen"""
    file = request.FILES.get("file")
    if file is not None:
        return file.read(), (file.name or "").removesuffix(".bpmn") or _("A flow"), None
    kind, _colon, given = request.POST.get("flow", "").partition(":")
    id_ = uuid_in(given)
    row: Any = None
    if kind == "v" and id_:
        row = FlowVersion.objects.filter(id=id_).first()
        if row is not None:
            return bytes(row.source), f"{pick(row.names, viewer_of(request).language) or row.key} {row.version}", row
    if kind == "d" and id_:
        row = FlowDraft.objects.filter(id=id_, owner=None).first()
    if row is None:
        raise NothingChosen(NothingChosen.__doc__)
    return bytes(row.source), f"{row.key}{_(' (draft)')}", None


@require_POST
@permit("insight:write")
def delete(request: HttpRequest, experiment_id: UUID) -> HttpResponse:
    """Gone, with its variants and results."""
    try:
        delete_experiment(experiment_id=experiment_id, viewer=viewer_of(request), at=now())
    except ExperimentNotFound:
        raise Http404 from None
    messages.success(request, _("The simulation is deleted."))
    return redirect("lab")
