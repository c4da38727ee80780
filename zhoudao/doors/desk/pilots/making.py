"""Planning a pilot: what is tried and how it is judged, then where."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhoudao.conduct.flows.refusals import FlowRefusal
from zhoudao.conduct.pilots.commands import Plan, choose_stores, plan_pilot
from zhoudao.conduct.pilots.outcomes import OUTCOMES
from zhoudao.conduct.pilots.queries import drawings_to_try, owners, versions_to_try
from zhoudao.conduct.pilots.refusals import OutcomesUnsound, OwnerUnknown, PilotNotFound, PilotRefusal
from zhoudao.doors.desk.pilots.words import least_of, said, unit
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.cases.models import Kind


@require_http_methods(["GET", "POST"])
@permit("improvement:write")
def new(request: HttpRequest) -> HttpResponse:
    """GET asks; POST plans it, or says what is missing and keeps what was written."""
    refusal = ""
    if request.method == "POST":
        try:
            pilot = plan_pilot(plan=_read(request.POST), viewer=viewer_of(request), at=clock.now())
        except (PilotRefusal, FlowRefusal) as why:
            refusal = said(why)
        except ValueError:
            refusal = _("Write numbers as numbers and a day as a day.")
        else:
            return redirect("pilot", pilot.id)
    given = request.POST
    context: dict[str, Any] = {
        "refusal": refusal,
        "given": given,
        "outcomes": [(one, unit(one), one.code in given.getlist("also")) for one in OUTCOMES.values()],
        "primary": given.get("primary", "resolution"),
        "kinds": Kind.choices,
        "people": owners(),
        "me": given.get("owner") or str(viewer_of(request).user_id),
        "versions": versions_to_try(viewer_of(request).language),
        "drawings": drawings_to_try(viewer_of(request).language),
        "today": clock.now().astimezone(clock.zone()).date(),
        "version": given.get("version") or request.GET.get("version", ""),
        "is_everywhere": "everywhere" in request.GET or given.get("everywhere") == "on",
    }
    return render(request, "desk/pilots/new.html", context, status=422 if refusal else 200)


def _read(given: QueryDict) -> Plan:
    """What was written. Raises: ValueError, OutcomesUnsound, OwnerUnknown"""
    primary = given.get("primary", "")
    if primary not in OUTCOMES:
        raise OutcomesUnsound
    owner = uuid_in(given.get("owner", ""))
    if owner is None:
        raise OwnerUnknown
    also = [code for code in given.getlist("also") if code != primary]
    return Plan(
        name=given.get("name", ""),
        question=given.get("question", ""),
        outcomes=(primary, *also),
        least=least_of(OUTCOMES[primary], float(given.get("least", ""))),
        start_date=date.fromisoformat(given.get("start", "")),
        weeks=int(given.get("weeks", "")),
        owner_id=owner,
        version_id=uuid_in(given.get("version", "")),
        draft_key=given.get("version", "").partition("drawn:")[2],
        change=given.get("change", ""),
        kind=given.get("kind", ""),
        before_weeks=int(given.get("before_weeks", "")),
        is_everywhere=given.get("everywhere") == "on",
        stops_itself=given.get("stops") == "on",
    )


@require_POST
@permit("improvement:write")
def stores(request: HttpRequest, pilot_id: UUID) -> HttpResponse:
    """Where it is tried, and beside which stores: one choice a store, `side-<id>`."""
    chosen: dict[str, list[UUID]] = {"pilot": [], "control": []}
    for name, side in request.POST.items():
        store_id = uuid_in(name.removeprefix("side-")) if name.startswith("side-") else None
        if store_id is not None and side in chosen:
            chosen[str(side)].append(store_id)
    try:
        choose_stores(
            pilot_id=pilot_id, pilots=chosen["pilot"], controls=chosen["control"], viewer=viewer_of(request),
            at=clock.now(),
        )  # fmt: skip
    except PilotNotFound:
        raise Http404 from None
    except PilotRefusal as refusal:
        messages.error(request, said(refusal))
    else:
        messages.success(request, _("Kept. What this can show is counted anew."))
    return redirect("pilot", pilot_id)
