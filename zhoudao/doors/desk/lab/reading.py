"""An experiment on its page: its variants, what came out of them, and their scenarios as files."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from zhoudao.conduct.insight.change_words import names_of, told
from zhoudao.conduct.insight.experimenting import (
    MOST_VARIANTS,
    ExperimentNotFound,
    ask_experiment,
    base_of,
    changes_of,
    flow_of,
    outcome_of,
    scenario_of,
)
from zhoudao.conduct.insight.models import Experiment, Variant
from zhoudao.conduct.insight.noted import Note, said
from zhoudao.conduct.insight.outcome_shown import Simulated, outcome_shown
from zhoudao.conduct.insight.plans_shown import plans_shown
from zhoudao.conduct.insight.risks import risks
from zhoudao.conduct.insight.situation import situation
from zhoudao.engines.bpmn.graph import Graph
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation.clock import now


@require_GET
@permit("insight:read")
def experiment(request: HttpRequest, experiment_id: UUID) -> HttpResponse:
    """Its variants beside each other; while it is simulated how far it is, asked for anew each second by the page."""
    one = experiment_or_404(experiment_id)
    context: dict[str, Any] = {"experiment": one, "fault": _fault(one.fault)}
    if request.headers.get("HX-Request") and one.is_waited_for:
        return render(request, "desk/lab/_waiting.html", context)
    context |= {"may": viewer_of(request).may("insight:write"), "notes": []}
    if one.base is not None:
        context |= _told(one)
    answer = render(request, "desk/lab/experiment.html", context)
    if request.headers.get("HX-Request"):
        answer["HX-Refresh"] = "true"
    return answer


def _told(one: Experiment) -> dict[str, Any]:
    graph, variants = flow_of(one), list(one.variants.order_by("place"))
    names, body = names_of(graph), outcome_of(one)
    found: dict[str, Any] = {
        "notes": [_noted(each, names) for each in one.notes],
        "variants": [(row, [told(change, names) for change in row.changes]) for row in variants],
        "has_room": len(variants) <= MOST_VARIANTS,
    }
    if body is None:
        return found
    results = {row["id"]: row for row in body["variants"]}
    simulated = simulated_of(one, graph, variants, results)
    rows = [(row.name, results[str(row.id)]["fault"]) for row in variants if str(row.id) in results]
    found["faults"] = [(name, fault) for name, fault in rows if fault]
    found["is_stale"] = _is_stale(variants, body)
    if simulated and not results[str(variants[0].id)]["fault"]:
        found["outcome"] = outcome_shown(graph, list(simulated.values()))
        today = next(iter(simulated.values())).situation
        found["aims"] = [("cycle_p90|", _("Nine of ten cases are done within"))] + [
            (f"kept|{name}", _("Promise “{name}” kept").format(name=name)) for name, _within in today.promises
        ]
        found |= _staffing(body.get("staffing"), variants)
        found["risks"] = [(id_, each.name, risks(each, names)) for id_, each in simulated.items()]
        found["replications"] = body["replications"]
    return found


def simulated_of(
    one: Experiment, graph: Graph, variants: Sequence[Variant], results: Mapping[str, Any]
) -> dict[str, Simulated]:
    """Those that could be simulated, with what they were simulated with, by their ids and in their order."""
    base, found = base_of(one), dict[str, Simulated]()
    for row in variants:
        result = results.get(str(row.id))
        if result is None or result["fault"]:
            continue
        scenario, given = scenario_of(graph, base, result["changes"])
        found[str(row.id)] = Simulated(row.name, row.once_cost, result, situation(graph, scenario, given))
    return found


def _staffing(staffing: Any, variants: Sequence[Variant]) -> dict[str, Any]:
    """What to aim at, and what the last search found."""
    if staffing is None:
        return {"staffing": None}
    wish = staffing["wish"]
    shown = plans_shown(staffing, target=wish["target"], week_cost=wish["week_cost"])
    of = next((row.name for row in variants if str(row.id) == wish["variant"]), "")
    return {"staffing": {**shown, "of": of}}


def _is_stale(variants: Sequence[Variant], body: Mapping[str, Any]) -> bool:
    """Whether something was changed since it was simulated."""
    done = {row["id"]: row["changes"] for row in body["variants"]}
    return any(done.get(str(row.id)) != changes_of(row, variants) for row in variants)


def _fault(code: str) -> str:
    return {
        "": "",
        "nobody": _("In this scenario no people do the work, so there is nothing to plan."),
        "no_report": _("The diagnosis it was begun with is deleted; begin with another."),
        "too_long": _("It was still going on after ten minutes. Look at fewer days, or at fewer repetitions."),
        "failed": _("It could not be done. This has been noted; try again, or ask who keeps the installation."),
    }.get(code, code)


def _noted(note: Any, names: Mapping[str, str]) -> str:
    """Of a log, as calibration says it; of a plain start, by code and count."""
    return said(Note(**note), names) if isinstance(note, dict) else _note(*note)


def _note(code: str, count: int) -> str:
    """What is measured and what assumed of today, in words."""
    return {
        "times_measured": ngettext(
            "How long {n} step takes was measured in the last 90 days.",
            "How long {n} steps take was measured in the last 90 days.", count,
        ),
        "times_assumed": ngettext(
            "How long {n} step takes is assumed: a quarter of its target, no more than an hour.",
            "How long {n} steps take is assumed: a quarter of their targets, no more than an hour.", count,
        ),
        "shares_measured": ngettext(
            "The shares at {n} choice are those of the last 90 days.",
            "The shares at {n} choices are those of the last 90 days.", count,
        ),
        "shares_assumed": ngettext(
            "At {n} choice all ways are assumed to be gone equally often.",
            "At {n} choices all ways are assumed to be gone equally often.", count,
        ),
        "waits_assumed": ngettext(
            "What {n} event or step waits for is assumed to come after a day.",
            "What {n} events and steps wait for is assumed to come after a day.", count,
        ),
        "teams_known": ngettext(
            "{n} team is as large as it is here.", "{n} teams are as large as they are here.", count
        ),
        "people_assumed": ngettext(
            "The people of {n} group are assumed: as many as the work needs.",
            "The people of {n} groups are assumed: as many as the work needs.", count,
        ),
        "cases_measured": _("{n} cases come in a week, as in the last 90 days."),
        "cases_assumed": _("{n} cases in a week are assumed."),
        "wages_unknown": _("What an hour of work costs is not known: write it into “Today” to see costs."),
    }.get(code, code).format(n=count)  # fmt: skip


@require_POST
@permit("insight:write")
def run(request: HttpRequest, experiment_id: UUID) -> HttpResponse:
    """Has all variants simulated."""
    if Experiment.objects.filter(id=experiment_id, base=None).exists():
        raise Http404
    try:
        ask_experiment(experiment_id=experiment_id, job="run", at=now())
    except ExperimentNotFound:
        raise Http404 from None
    return redirect("experiment", experiment_id)


@require_GET
@permit("insight:read")
def scenario(request: HttpRequest, variant_id: UUID) -> HttpResponse:
    """A variant's scenario as a file, for `zhoudao simulate` or to begin another experiment with."""
    row = Variant.objects.select_related("experiment__flow", "experiment__base").filter(id=variant_id).first()
    if row is None or row.experiment.base is None:
        raise Http404
    one = row.experiment
    variants = list(one.variants.order_by("place"))
    _scenario, given = scenario_of(flow_of(one), base_of(one), changes_of(row, variants))
    answer = HttpResponse(json.dumps(given, ensure_ascii=False, indent=1), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="scenario-{row.id}.json"'
    return answer


def experiment_or_404(experiment_id: UUID) -> Experiment:
    """With its files and who began it."""
    rows = Experiment.objects.select_related("flow", "base", "body", "report", "begun_by")
    one = rows.filter(id=experiment_id).first()
    if one is None:
        raise Http404
    return one
