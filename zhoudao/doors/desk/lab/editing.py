"""Variants on their page: what is otherwise than today, written into a form."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhoudao.conduct.insight.altering import Change, ChangeRefused, faults_of
from zhoudao.conduct.insight.change_words import names_of, told
from zhoudao.conduct.insight.experimenting import (
    ExperimentNotFound,
    StillBeingMade,
    TooManyVariants,
    VariantNotFound,
    add_variant,
    base_of,
    change_variant,
    delete_variant,
    flow_of,
    scenario_of,
)
from zhoudao.conduct.insight.models import Variant
from zhoudao.conduct.insight.scenario_reading import ScenarioRefused
from zhoudao.conduct.insight.situation import Situation, situation
from zhoudao.doors.desk.lab.form import Form
from zhoudao.engines.bpmn.graph import Graph
from zhoudao.ground.accounts.permits import permit, viewer_of

_MOST_ONCE = 1_000_000_000


@require_POST
@permit("insight:write")
def add(request: HttpRequest, experiment_id: UUID) -> HttpResponse:
    """A new variant, which is as today until something is written into it."""
    try:
        variant = add_variant(experiment_id=experiment_id, name=_("Variant"), changes=[])
    except ExperimentNotFound:
        raise Http404 from None
    except TooManyVariants:
        messages.error(request, _("There are six variants already; delete one first."))
        return redirect("experiment", experiment_id)
    except StillBeingMade:
        messages.error(request, _("It is being simulated; wait until it is done."))
        return redirect("experiment", experiment_id)
    return redirect("variant", variant.id)


@require_http_methods(["GET", "POST"])
@permit("insight:read")
def variant(request: HttpRequest, variant_id: UUID) -> HttpResponse:
    """GET shows the form, POST keeps what was written, or says beside each field what is wrong."""
    one = Variant.objects.select_related("experiment__flow", "experiment__base").filter(id=variant_id).first()
    if one is None or one.experiment.base is None:
        raise Http404
    may = viewer_of(request).may("insight:write")
    if request.method == "POST" and not may:
        raise Http404
    graph = flow_of(one.experiment)
    form, names = _form(one, graph, request), names_of(graph)
    faults: list[str] = []
    if request.method == "POST":
        faults = _kept(one, form, request)
        if not faults and not form.errors:
            messages.success(request, _("Kept. Simulate to see what it does."))
            return redirect("experiment", one.experiment_id)
    context = {
        "variant": one, "experiment": one.experiment, "form": form, "faults": faults, "may": may,
        "told": [told(change, names) for change in one.changes],
        "name": request.POST.get("name", one.name), "once_cost": request.POST.get("once_cost", one.once_cost),
        "pools": form.who(),
    }  # fmt: skip
    return render(request, "desk/lab/variant.html", context, status=422 if faults or form.errors else 200)


def _form(one: Variant, graph: Graph, request: HttpRequest) -> Form:
    """Today is without the corrections where it is today itself that is changed."""
    base = base_of(one.experiment)
    today_changes = [] if one.place == 0 else one.experiment.variants.get(place=0).changes
    said = {change["step"]: float(change["percent"]) for change in one.changes if change["do"] == "faster"}
    plain = [change for change in one.changes if change["do"] != "faster"]
    return Form(
        today=_situation(graph, base, today_changes),
        now=_situation(graph, base, [*today_changes, *plain]),
        given=request.POST.dict() if request.method == "POST" else None,
        faster=said,
        out=frozenset(change["step"] for change in one.changes if change["do"] == "leave_out"),
        is_today=one.place == 0,
    )


def _situation(graph: Graph, base: dict[str, object], changes: list[Change]) -> Situation:
    scenario, given = scenario_of(graph, base, changes)
    return situation(graph, scenario, given)


def _kept(one: Variant, form: Form, request: HttpRequest) -> list[str]:
    """This will keep it; what is wrong and belongs to no field is returned."""
    changes = form.read()
    written = request.POST.get("once_cost", "").strip() or "0"
    if not written.isdecimal() or int(written) > _MOST_ONCE:
        form.errors["once_cost"] = _("Write a whole number from 0.")
    if form.errors:
        return []
    name = request.POST.get("name", "").strip()
    try:
        change_variant(variant_id=one.id, name=name, changes=changes, once_cost=int(written))
    except (ScenarioRefused, ChangeRefused) as refusal:
        return form.blame(faults_of(refusal))
    except StillBeingMade:
        return [_("It is being simulated; wait until it is done.")]
    return []


@require_POST
@permit("insight:write")
def delete(request: HttpRequest, variant_id: UUID) -> HttpResponse:
    """A variant less; today stays."""
    one = Variant.objects.filter(id=variant_id).first()
    if one is None:
        raise Http404
    try:
        delete_variant(variant_id=variant_id)
    except VariantNotFound:
        raise Http404 from None
    except StillBeingMade:
        messages.error(request, _("It is being simulated; wait until it is done."))
    return redirect("experiment", one.experiment_id)
