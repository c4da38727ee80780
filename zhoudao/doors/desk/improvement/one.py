"""One initiative: what hurts, what is to be reached, what is done and came of it, and all that can be done with it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from zhoudao.conduct.improvement.commands.holding import READ, may_see, may_work
from zhoudao.conduct.improvement.commands.initiatives import decide_initiative, move_initiative, note_result
from zhoudao.conduct.improvement.commands.measures import add_measure, drop_measure, tick_measure, tie_case, untie_case
from zhoudao.conduct.improvement.commands.observing import observations_of, sums_of
from zhoudao.conduct.improvement.findings import words_in
from zhoudao.conduct.improvement.models import OPEN, Decision, Initiative, Stage
from zhoudao.conduct.improvement.pattern_words import MEANINGS, NAMES
from zhoudao.conduct.improvement.queries.register import cases_of, flow_names, initiative_of
from zhoudao.conduct.improvement.refusals import GoalUnsound, ImprovementRefusal, InitiativeNotFound
from zhoudao.conduct.insight.models import Report
from zhoudao.conduct.insight.spans import HOUR, span
from zhoudao.doors.desk.improvement.asking import today
from zhoudao.doors.desk.improvement.register import card_of
from zhoudao.doors.desk.improvement.words import from_field, in_field, said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.timeline import timeline
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in

NOTHING = UUID(int=0)


@require_GET
@permit("suggestions:write")
def initiative(request: HttpRequest, initiative_id: UUID) -> HttpResponse:
    """Its page, for who reads the register and for its owner."""
    return _shown(request, _found(initiative_id, viewer_of(request)))


@require_POST
@permit("suggestions:write")
def act(request: HttpRequest, initiative_id: UUID) -> HttpResponse:
    """One of what can be done with it; `back` is where it was done."""
    viewer, given = viewer_of(request), request.POST
    one = _found(initiative_id, viewer)
    do = _DO.get(given.get("do", ""))
    if do is None:
        return HttpResponseBadRequest()
    try:
        do(one, given, {"initiative_id": one.id, "viewer": viewer}, clock.now())
    except InitiativeNotFound:
        raise Http404 from None
    except ImprovementRefusal as refusal:
        return _shown(request, _found(initiative_id, viewer), said(refusal))
    back = given.get("back", "")
    if back and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("initiative", one.id)


def _move(one: Initiative, given: QueryDict, who: dict[str, Any], at: datetime) -> object:
    return move_initiative(seen=given.get("seen", ""), stage=given.get("stage", ""), at=at, **who)


def _result(one: Initiative, given: QueryDict, who: dict[str, Any], at: datetime) -> object:
    try:
        value = from_field(one.about, given.get("value", ""))
    except ValueError:
        raise GoalUnsound from None
    return note_result(value=value, at=at, **who)


def _decide(one: Initiative, given: QueryDict, who: dict[str, Any], at: datetime) -> object:
    return decide_initiative(decision=given.get("decision", ""), reason=given.get("reason", ""), at=at, **who)


def _add(one: Initiative, given: QueryDict, who: dict[str, Any], at: datetime) -> object:
    return add_measure(words=given.get("words", ""), at=at, **who)


def _tick(one: Initiative, given: QueryDict, who: dict[str, Any], at: datetime) -> object:
    measure_id = uuid_in(given.get("measure", "")) or NOTHING
    return tick_measure(measure_id=measure_id, is_done=given.get("done") == "1", at=at, **who)


def _drop(one: Initiative, given: QueryDict, who: dict[str, Any], at: datetime) -> object:
    return drop_measure(measure_id=uuid_in(given.get("measure", "")) or NOTHING, **who)


def _tie(one: Initiative, given: QueryDict, who: dict[str, Any], at: datetime) -> object:
    return tie_case(number=given.get("number", ""), at=at, **who)


def _untie(one: Initiative, given: QueryDict, who: dict[str, Any], at: datetime) -> object:
    return untie_case(tie_id=uuid_in(given.get("tie", "")) or NOTHING, **who)


_DO: dict[str, Callable[[Initiative, QueryDict, dict[str, Any], datetime], object]] = {
    "move": _move,
    "result": _result,
    "decide": _decide,
    "add": _add,
    "tick": _tick,
    "drop": _drop,
    "tie": _tie,
    "untie": _untie,
}


def _found(initiative_id: UUID, viewer: Viewer) -> Initiative:
    one = initiative_of(initiative_id)
    if one is None or not may_see(viewer, one):
        raise Http404
    return one


def _shown(request: HttpRequest, one: Initiative, refusal: str = "") -> HttpResponse:
    viewer = viewer_of(request)
    title, proof = words_in(one.finding["words"], viewer.language) if one.finding.get("words") else ("", "")
    observed = observations_of(one)
    has_report = one.report_id is not None and Report.objects.filter(id=one.report_id).exists()
    gain = ""
    if one.gain_least is not None and one.gain_most is not None:
        gain = f"{span(one.gain_least * HOUR)} – {span(one.gain_most * HOUR)}"
    order = [stage.value for stage in OPEN]
    context: dict[str, Any] = {
        "one": one,
        "card": card_of(one, today()),
        "stages": [(stage.value, stage.label, _state(one, stage, order)) for stage in OPEN],
        "finding": {
            "title": title,
            "proof": proof,
            "place": (one.finding_place or 0) + 1,
            "time": span(one.finding["hours"] * HOUR) if one.finding.get("hours") else "",
            "cases": one.finding.get("cases") or 0,
        },
        "has_report": has_report and viewer.may("insight:read"),
        "pattern": NAMES.get(one.pattern, ""),
        "meaning": MEANINGS.get(one.pattern, ""),
        "gain": gain,
        "flow": flow_names(viewer.language).get(one.flow_key, one.flow_key) if one.flow_key else "",
        "measures": one.measures.order_by("added_at", "id"),
        "ties": cases_of(one),
        "observed": observed,
        "sums": sums_of(observed),
        "may_cases": viewer.may("cases:read"),
        "suggestions": one.suggestions.select_related("made_by").order_by("made_at", "id")[:20],
        "happened": timeline([one.id])[::-1],
        "may_work": may_work(viewer, one) and one.is_open,
        "may_register": viewer.covers(READ),
        "decisions": Decision.choices,
        "result": in_field(one.about, one.result),
        "given": request.POST if refusal else {},
        "refusal": refusal,
    }
    return render(request, "desk/improvement/initiative.html", context, status=422 if refusal else 200)


def _state(one: Initiative, stage: Stage, order: list[str]) -> str:
    """Whether a stage is passed, current or ahead."""
    here = order.index(one.stage) if one.stage in order else len(order)
    place = order.index(stage.value)
    return "current" if place == here else "done" if place < here else "ahead"
