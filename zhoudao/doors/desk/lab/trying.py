"""What is proposed on an experiment's page, made a variant by one click: a counter-measure, or a staffing."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhoudao.conduct.insight.altering import Change, ChangeRefused
from zhoudao.conduct.insight.change_words import names_of
from zhoudao.conduct.insight.experimenting import (
    StillBeingMade,
    TooManyVariants,
    add_variant,
    ask_experiment,
    flow_of,
    outcome_of,
)  # fmt: skip
from zhoudao.conduct.insight.models import Experiment
from zhoudao.conduct.insight.plans_shown import changes_of_plan, people_words
from zhoudao.conduct.insight.risks import merged, risks
from zhoudao.conduct.insight.scenario_reading import ScenarioRefused
from zhoudao.doors.desk.lab.reading import experiment_or_404, simulated_of
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.installation.clock import now
from zhoudao.kit.ids import uuid_in

_MOST_MORE = 30


@require_POST
@permit("insight:write")
def propose(request: HttpRequest, experiment_id: UUID) -> HttpResponse:
    """Makes the variant and has it simulated."""
    one = experiment_or_404(experiment_id)
    body = outcome_of(one)
    if body is None:
        raise Http404
    name, changes = _proposed(one, body, request.POST.get("of", ""))
    try:
        add_variant(experiment_id=one.id, name=name, changes=changes)
    except TooManyVariants:
        messages.error(request, _("There are six variants already; delete one first."))
    except StillBeingMade:
        messages.error(request, _("It is being simulated; wait until it is done."))
    except (ChangeRefused, ScenarioRefused) as refusal:
        messages.error(request, _("This cannot be made a variant any more: {why}").format(why=refusal))
    else:
        ask_experiment(experiment_id=one.id, job="run", at=now())
    return redirect("experiment", one.id)


def _proposed(one: Experiment, body: dict[str, Any], of: str) -> tuple[str, list[Change]]:
    """What is named by `of`: "risk", a variant's id and a risk's key; or "staffing" and the place of a plan."""
    kind, _colon, rest = of.partition(":")
    if kind == "staffing":
        return _staffed(one, body, rest)
    if kind == "risk":
        return _against(one, body, *rest.partition(":")[::2])
    raise Http404


def _against(one: Experiment, body: dict[str, Any], variant_id: str, key: str) -> tuple[str, list[Change]]:
    graph, variants = flow_of(one), list(one.variants.order_by("place"))
    found = {str(row.id): row for row in variants}
    simulated = simulated_of(one, graph, variants, {row["id"]: row for row in body["variants"]})
    if variant_id not in found or variant_id not in simulated:
        raise Http404
    risk = next((each for each in risks(simulated[variant_id], names_of(graph)) if each.key == key), None)
    if risk is None or not risk.changes:
        raise Http404
    row = found[variant_id]
    before = [] if row.place == 0 else row.changes
    return risk.counter[:80], merged(before, risk.changes)


def _staffed(one: Experiment, body: dict[str, Any], at: str) -> tuple[str, list[Change]]:
    """A plan, on top of what the variant it was made for changes now; of one that is gone, of today."""
    staffing = body.get("staffing")
    if staffing is None or not at.isdecimal():
        raise Http404
    try:
        more = changes_of_plan(staffing, int(at))
    except IndexError:
        raise Http404 from None
    row = one.variants.filter(id=staffing["wish"]["variant"]).exclude(place=0).first()
    return people_words(staffing, int(at)), merged(row.changes if row else [], more)


@require_POST
@permit("insight:write")
def search(request: HttpRequest, experiment_id: UUID) -> HttpResponse:
    """Has staffings searched for a variant: what is to be reached, or what may be spent."""
    one, given = experiment_or_404(experiment_id), request.POST
    variant_id = uuid_in(given.get("variant", ""))
    variant = one.variants.filter(id=variant_id).first() if variant_id else None
    if variant is None or one.body is None or one.is_waited_for:
        raise Http404
    try:
        wish = _wish(str(variant.id), {name: given.get(name, "").strip() for name in given})
    except ValueError:
        messages.error(request, _("Write numbers: what is to be reached, what may be spent, how many more people."))
        return redirect("experiment", one.id)
    ask_experiment(experiment_id=one.id, job="staffing", wish=wish, at=now())
    return redirect("experiment", one.id)


def _wish(variant: str, given: dict[str, str]) -> dict[str, Any]:
    """Raises: ValueError"""
    aim, most = given.get("aim", ""), int(given.get("most") or 4)
    if not aim.startswith(("cycle_p90|", "kept|")) or not 1 <= most <= _MOST_MORE:
        raise ValueError(aim)
    unit = 0.01 if aim.startswith("kept") else 3600.0
    target = float(given["target"]) * unit if given.get("target") else None
    week_cost = float(given["week_cost"]) if given.get("week_cost") else None
    return {"variant": variant, "aim": aim, "most": most, "target": target, "week_cost": week_cost}
