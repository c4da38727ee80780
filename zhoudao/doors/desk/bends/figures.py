"""What is bent how often, for whoever draws the flow: figures, their definition, and the cases behind them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.conduct.flows.bends import REASONS
from zhoudao.conduct.flows.models import BendKind, FlowVersion
from zhoudao.conduct.flows.queries.bent import (
    HINT_RUNS,
    HINT_SHARE,
    PAGE,
    BentRow,
    bent_cases,
    bent_rows,
    bent_versions,
)
from zhoudao.conduct.flows.versions import version_of
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.languages import pick


@require_GET
@permit("flows:read")
def bends(request: HttpRequest) -> HttpResponse:
    """One version's bends: the one asked for, else the most bent."""
    viewer = viewer_of(request)
    versions = bent_versions(viewer.language)
    asked = uuid_in(request.GET.get("version", ""))
    chosen = next((one for one in versions if one.id == asked), versions[0] if versions else None)
    rows, runs = bent_rows(chosen.id) if chosen else ([], 0)
    context: dict[str, Any] = {
        "versions": versions,
        "chosen": chosen,
        "rows": [(row, BendKind(row.kind).label, _named(row)) for row in rows],
        "runs": runs,
        "hints": sum(row.is_hint for row in rows),
        "hint_share": HINT_SHARE,
        "hint_runs": HINT_RUNS,
    }
    return render(request, "desk/bends/figures.html", context)


@require_GET
@permit("flows:read")
def behind(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """The cases behind one figure, newest first."""
    viewer = viewer_of(request)
    version = FlowVersion.objects.filter(id=version_id).defer("source").first()
    element, kind = request.GET.get("element", ""), request.GET.get("kind", "")
    if version is None or kind not in BendKind.values:
        raise Http404
    rows = bent_cases(version_id, element, kind, viewer, before=_before(request))
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    names = {node.id: node.name for node in version_of(version_id).graph.nodes}
    context = {
        "version": version,
        "name": pick(version.names, viewer.language),
        "step": names.get(element) or element,
        "kind": BendKind(kind).label,
        "rows": rows[:PAGE],
        "asked": {"element": element, "kind": kind},
        "next": f"{last.at.isoformat()}~{last.view.bend.id}" if last else "",
        "may_read": viewer.may("flows:bend"),
    }
    return render(request, "desk/bends/behind.html", context)


def _named(row: BentRow) -> list[tuple[str, int]]:
    return [(str(REASONS.get(code, code)), count) for code, count in row.reasons]


def _before(request: HttpRequest) -> tuple[datetime, UUID] | None:
    text = request.GET.get("cursor", "")
    if not text:
        return None
    moment, _, last = text.partition("~")
    try:
        return datetime.fromisoformat(moment), UUID(last)
    except ValueError as error:
        raise BadRequest("cursor") from error
