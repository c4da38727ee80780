"""One version of a flow: drawn, with what its runs tell, where it is in force, and what was there before."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.conduct.flows.commands import deploy_flow, pilot_flow, roll_out_flow
from zhoudao.conduct.flows.heard import ORDER_FLOW
from zhoudao.conduct.flows.models import FlowDraft, FlowVersion
from zhoudao.conduct.flows.queries.bent import bends_on
from zhoudao.conduct.flows.queries.measured import Measured, measured_with_cost
from zhoudao.conduct.flows.queries.versions import PAGE, baseline_of, version_row, version_rows
from zhoudao.conduct.flows.refusals import FlowRefusal
from zhoudao.conduct.flows.versions import version_of
from zhoudao.doors.desk.flows.words import price
from zhoudao.doors.desk.studio.scope import named_stores, reach_of, stores_for
from zhoudao.doors.desk.studio.words import deployed_words, names_of, said
from zhoudao.doors.desk.tags import lasting
from zhoudao.engines.bpmn.graph import Node
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.kit.languages import pick


@require_GET
@permit("flows:read")
def version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """One version, drawn, with what waits where and how long steps take."""
    viewer = viewer_of(request)
    found = version_row(version_id)
    if found is None:
        raise Http404
    stored, row = found
    versions = version_rows(stored.key, _before(request))
    by = names_of(each.deployed_by for each in versions)
    drawn, at = version_of(stored.id), now()
    figures, cost = measured_with_cost(drawn, at)
    bent = bends_on(stored.id)
    context: dict[str, Any] = {
        "key": stored.key,
        "version": row,
        "name": pick(stored.names, viewer.language),
        "versions": [(each, by[each.deployed_by]) for each in versions[:PAGE]],
        "older": versions[PAGE - 1].version if len(versions) > PAGE else 0,
        "figures": {
            element: _badge(figures.get(element, Measured()), *bent.get(element, (0, False)))
            for element in {**figures, **bent}
        },
        "steps": [_line(node, figures[node.id]) for node in drawn.graph.nodes if node.id in figures],
        "cost": price(cost.mean) if cost.mean else "",
        "cost_runs": cost.runs,
        "before": next((str(each.id) for each in versions if each.version < row.version), ""),
        "baseline": _baseline(stored.key, viewer.language),
        "of_orders": stored.key == ORDER_FLOW,
        "draft": FlowDraft.objects.filter(key=stored.key, owner=None).only("saved_at").first(),
        "may_draw": viewer.may("flows:write"),
    }
    if context["may_draw"]:
        context |= {"stores": stores_for(viewer), "for_all": reach_of(viewer) is None}
        context["chosen"] = {store_id for store_id, _name in row.stores}
    return render(request, "desk/studio/version.html", context)


@require_GET
@permit("flows:read")
def source(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """The file as it was uploaded."""
    row = _version_or_404(version_id)
    response = HttpResponse(bytes(row.source), content_type="application/xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.key}-{row.version}.bpmn"'
    return response


@require_POST
@permit("flows:write")
def again(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """This will make an older version's file the live one, as a version of its own."""
    row = _version_or_404(version_id)
    note = _("As version %(version)s") % {"version": row.version}

    def act(by: By, reach: frozenset[UUID] | None) -> FlowVersion:
        return deploy_flow(source=bytes(row.source), by=by, at=now(), note=note, reach=reach, reason=_reason(request))

    return _done(request, version_id, act)


@require_POST
@permit("flows:write")
def pilot(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """This will try the version in the chosen stores; with none chosen its pilot is over."""
    stores = named_stores(request.POST)

    def act(by: By, reach: frozenset[UUID] | None) -> FlowVersion:
        return pilot_flow(
            version_id=version_id, stores=stores, by=by, at=now(), reach=reach, reason=_reason(request)
        )  # fmt: skip

    return _done(request, version_id, act)


@require_POST
@permit("flows:write")
def roll_out(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """This will make the version live for all."""

    def act(by: By, reach: frozenset[UUID] | None) -> FlowVersion:
        return roll_out_flow(version_id=version_id, by=by, at=now(), reach=reach, reason=_reason(request))

    return _done(request, version_id, act)


def _reason(request: HttpRequest) -> str:
    """Why it should go live although too few are trained."""
    return request.POST.get("reason", "")[:300]


def _done(
    request: HttpRequest, version_id: UUID, act: Callable[[By, frozenset[UUID] | None], FlowVersion]
) -> HttpResponse:
    viewer = viewer_of(request)
    _version_or_404(version_id)
    try:
        made = act(By(viewer.actor), reach_of(viewer))
    except FlowRefusal as refusal:
        messages.error(request, said(refusal))
        return redirect("flow_version", version_id)
    messages.success(request, deployed_words(made) if made.is_live or made.pilot_stores.exists() else _("It is over."))
    return redirect("flow_version", made.id)


def _baseline(key: str, language: str) -> tuple[UUID, str] | None:
    found = baseline_of(key)
    return (found[0], pick(found[1], language)) if found else None


def _line(node: Node, figures: Measured) -> dict[str, Any]:
    """What one step tells, as a row."""
    cost = node.step.cost
    return {
        "name": node.name or node.id,
        "figures": figures,
        "late": round(100 * figures.late / figures.done) if figures.done else None,
        "target": node.step.target,
        "is_business": node.step.business,
        "cost": price(cost) if cost else "",
        "total": price(cost * figures.done) if cost and figures.done else "",
    }


def _badge(figures: Measured, bent: int, is_hint: bool) -> dict[str, Any]:
    """What stands on a step."""
    mean = lasting(figures.mean) if figures.mean is not None else ""
    counts = {"waiting": figures.waiting, "stuck": figures.stuck, "done": figures.done, "mean": mean}
    return counts | {"bent": bent, "hint": is_hint}


def _before(request: HttpRequest) -> int:
    text = request.GET.get("before", "0")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadRequest("before")
    return int(text)


def _version_or_404(version_id: UUID) -> FlowVersion:
    row = FlowVersion.objects.filter(id=version_id).first()
    if row is None:
        raise Http404
    return row
