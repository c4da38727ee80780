"""Initiatives written: by hand, from a finding, from a case, from a suggestion; and their plan changed."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.conduct.improvement.commands.holding import may_work, people
from zhoudao.conduct.improvement.commands.initiatives import change_initiative
from zhoudao.conduct.improvement.queries.register import flow_names, initiative_of
from zhoudao.conduct.improvement.refusals import ImprovementRefusal
from zhoudao.conduct.pilots.models import Pilot
from zhoudao.doors.desk.improvement.asking import draft_of, figure_of, today
from zhoudao.doors.desk.improvement.sources import Source, source_of
from zhoudao.doors.desk.improvement.words import in_field, said, units
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.ground.metrics.definitions import daily_metrics

PILOTS = 100
USUAL = timedelta(days=56)  # eight weeks: four to change, four to look


@require_http_methods(["GET", "POST"])
@permit("improvement:write")
def new(request: HttpRequest) -> HttpResponse:
    """GET shows what is known already; POST puts it on the register."""
    viewer, refusal = viewer_of(request), ""
    source = source_of(request)
    if request.method == "POST":
        try:
            made = source.begin(draft_of(request.POST), request.POST.get("pattern", ""), clock.now())
        except ImprovementRefusal as error:
            refusal = said(error)
        else:
            messages.success(request, _("On the register."))
            return redirect("initiative", made.id)
    filled = request.POST if request.method == "POST" else _prefilled(source, viewer.user_id)
    context = {"source": source, "given": filled, "refusal": refusal, **_choices(viewer.language)}
    return render(request, "desk/improvement/new.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "POST"])
@permit("suggestions:write")
def change(request: HttpRequest, initiative_id: UUID) -> HttpResponse:
    """The plan of one: by who writes the register, and its owner."""
    viewer, refusal = viewer_of(request), ""
    one = initiative_of(initiative_id)
    if one is None or not may_work(viewer, one) or not one.is_open:
        raise Http404
    if request.method == "POST":
        try:
            change_initiative(initiative_id=one.id, draft=draft_of(request.POST), viewer=viewer, at=clock.now())
        except ImprovementRefusal as error:
            refusal = said(error)
        else:
            return redirect("initiative", one.id)
    about = one.about
    stored = {
        **{name: getattr(one, name) for name in ("title", "problem", "steps", "goal", "metric")},
        "owner": str(one.owner_id),
        "due": one.due_date.isoformat(),
        "flow": one.flow_key,
        "version": one.flow_version or "",
        "store": str(one.store_id or ""),
        "pilot": str(one.pilot_id or ""),
        "baseline": in_field(about, one.baseline),
        "target": in_field(about, one.target),
    }
    context = {"one": one, "given": request.POST if refusal else stored, "refusal": refusal}
    context |= _choices(viewer.language)
    return render(request, "desk/improvement/plan.html", context, status=422 if refusal else 200)


def _prefilled(source: Source, user_id: UUID | None) -> dict[str, Any]:
    about = figure_of(source.given.get("metric", ""))
    empty = {"owner": str(user_id), "due": (today() + USUAL).isoformat(), "metric": about.code if about else ""}
    return empty | source.given


def _choices(language: str) -> dict[str, Any]:
    return {
        "people": people(),
        "flows": flow_names(language).items(),
        "pilots": [(str(id_), name) for id_, name in _pilots()],
        "figures": units(daily_metrics()),
        "stores": Store.objects.filter(closed_at=None).order_by("code"),
        "today": today(),
    }


def _pilots() -> list[tuple[UUID, str]]:
    """The last ones, by which something may be tried."""
    return list(Pilot.objects.order_by("-planned_at", "-id").values_list("id", "name")[:PILOTS])
