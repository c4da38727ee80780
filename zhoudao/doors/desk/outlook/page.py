"""The outlook: sudden demand and who could move, the riskiest open cases, and how good the forecasts are."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from zhoudao.conduct.insight import charts
from zhoudao.conduct.insight.demand import AlarmIsOver, CannotHelp, move_to_help
from zhoudao.conduct.insight.helpers import Mover, who_could_move
from zhoudao.conduct.insight.models import DemandAlarm, Foretelling
from zhoudao.conduct.insight.outlook import in_use, latest, riskiest
from zhoudao.doors.desk.routing.scope import leads
from zhoudao.doors.desk.tags import lasting
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation.clock import now
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in

MOVE = "routing:write"
_ALARMS, _OVER = 6, 5
_PLAIN = {
    "last_mean": gettext_lazy("mean by what happened last"),
    "last_median": gettext_lazy("median by what happened last"),
    "states_mean": gettext_lazy("mean by all that happened so far"),
    "states_median": gettext_lazy("median by all that happened so far"),
}


@frozen
class Alarm:
    """A running alarm, and who could move."""

    alarm: DemandAlarm
    helpers: list[str]
    movers: list[Mover]


@require_GET
@permit("insight:read")
def outlook(request: HttpRequest) -> HttpResponse:
    """The page (statements: nine, and six more for each alarm that runs)."""
    viewer, at = viewer_of(request), now()
    made, last = in_use(), latest()
    alarms = DemandAlarm.objects.select_related("team").order_by("-noticed_at", "-id")
    context = {
        "may_move": viewer.may(MOVE),
        "alarms": [_alarm(one, viewer) for one in alarms.filter(ended_at=None)[:_ALARMS]],
        "over": alarms.exclude(ended_at=None)[:_OVER],
        "rows": riskiest(viewer, at=at),
        "made": made,
        "last": last,
        "time": _time(made),
        "risk": _risk(made),
    }
    return render(request, "desk/outlook/outlook.html", context)


@require_POST
@permit(MOVE)
def ask_for_help(request: HttpRequest, alarm_id: UUID) -> HttpResponse:
    """Has a colleague help out until the alarm is over."""
    viewer = viewer_of(request)
    alarm = DemandAlarm.objects.filter(id=alarm_id).first()
    user_id = uuid_in(request.POST.get("user", ""))
    if alarm is None or not leads(viewer.within(MOVE), alarm.team_id):
        raise Http404
    try:
        if user_id is None:
            raise CannotHelp(CannotHelp.__doc__)
        help_ = move_to_help(alarm_id=alarm_id, user_id=user_id, viewer=viewer, at=now())
    except AlarmIsOver:
        messages.error(request, _("This team's demand is as usual again."))
    except CannotHelp:
        messages.error(request, _("This colleague cannot help out just now: choose one of those on the list."))
    else:
        messages.success(request, _("%(name)s helps out until demand is as usual again.") % {"name": help_.member})
    return redirect("outlook")


def _alarm(alarm: DemandAlarm, viewer: Viewer) -> Alarm:
    helps = alarm.helps.filter(ended_at=None).select_related("member").order_by("moved_at", "id")
    movers = who_could_move(alarm.team_id, at=now()) if viewer.may(MOVE) else []
    return Alarm(alarm, [str(one.member) for one in helps], movers)


def _time(made: Foretelling | None) -> dict[str, Any] | None:
    """How far off the forecast of the time is, in words."""
    told = (made.judged.get("time") if made else None) or None
    if told is None:
        return None
    errors, plain = told["errors"], told["plain"]
    rows = [
        {"first": one["first"], "last": one["last"], "rows": one["rows"], "model": _span(one["model"]),
         "plain": _span(one["plain"]), "is_better": one["model"] <= one["plain"]}
        for one in told["by_length"]
    ]  # fmt: skip
    return {
        "is_beaten": told["is_beaten"], "model": _span(errors["model"]), "plain": _span(errors[plain]),
        "name": _PLAIN[plain], "rows": rows, "moments": told["rows"], "held": round(100 * told["held"]),
        "unknown": round(100 * told["unknown"]),
        "better": round(100 * (1 - errors["model"] / errors[plain])) if errors[plain] else 0,
    }  # fmt: skip


def _risk(made: Foretelling | None) -> dict[str, Any] | None:
    """How far a likelihood can be believed, in words and as a picture."""
    told = (made.judged.get("risk") if made else None) or None
    if told is None:
        return None
    curve = [one | {"said": round(100 * one["said"]), "came": round(100 * one["came"])} for one in told["curve"]]
    says = [
        _("Said %(said)s %%, missed %(came)s %% of %(rows)s") % {name: one[name] for name in ("said", "came", "rows")}
        for one in curve
    ]
    return {
        "is_beaten": told["is_beaten"], "broken": round(100 * told["broken"]), "area": round(100 * told["area"]),
        "brier": told["brier"], "by_step": told["by_step"], "flat": told["flat"], "curve": curve,
        "picture": charts.stacked(
            [charts.Row(f"{one['said']} %", [one["came"]], [words], f"{one['came']} %")
             for one, words in zip(curve, says, strict=True)],
            _("How often a promise was missed, by how likely that was said to be"),
        ),
    }  # fmt: skip


def _span(seconds: float) -> str:
    return lasting(timedelta(seconds=seconds))
