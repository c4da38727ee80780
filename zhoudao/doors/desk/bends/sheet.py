"""Bending the open case: one sheet with what is open, what may be done with it, and what was done so far."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from zhoudao.conduct.flows.bends import REASONS, Why
from zhoudao.conduct.flows.commands.bending import repeat_step, skip_step
from zhoudao.conduct.flows.commands.bent_tasks import (
    Doer,
    Wanted,
    add_step,
    move_promise_date,
    move_step_date,
    reassign_step,
)
from zhoudao.conduct.flows.commands.unbending import undo_bend
from zhoudao.conduct.flows.models import Bend, BendKind
from zhoudao.conduct.flows.queries import FieldView
from zhoudao.conduct.flows.queries.bending import OpenStep, limits_left, made_in, open_steps, views_of
from zhoudao.conduct.flows.refusals import DateUnsound, FlowRefusal, FormIncomplete, StepNotOpen
from zhoudao.doors.desk.bends.words import AGAINST, said
from zhoudao.doors.desk.flows.filling import Line, team_names
from zhoudao.doors.desk.flows.words import faults
from zhoudao.doors.desk.inbox.opening import case_or_404
from zhoudao.doors.desk.words import toast
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation.clock import now
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.promise_rules import KIND_LABELS
from zhoudao.rooms.cases.refusals import CaseRefusal
from zhoudao.rooms.staff.queries import teams_with_people

_SHOWN = 25
_KINDS = {
    "skip": gettext_lazy("Leave out"),
    "add": gettext_lazy("Add a step"),
    "repeat": gettext_lazy("Do again"),
    "reassign": gettext_lazy("Give to others"),
    "move": gettext_lazy("Move a date"),
}
_DONE = {
    "skip": gettext_lazy("Left out. The case goes on behind this step."),
    "add": gettext_lazy("Added. The flow waits until it is done."),
    "repeat": gettext_lazy("The case is back at the earlier step."),
    "reassign": gettext_lazy("Given to others; they are told."),
    "move": gettext_lazy("The date is moved."),
}


@frozen
class Asked:
    """Which open step, what to do with it, and what was filled in."""

    case: Case
    step: OpenStep
    given: QueryDict
    viewer: Viewer
    at: datetime

    @property
    def common(self) -> dict[str, Any]:
        """What every bend needs."""
        why = Why(self.given.get("reason", ""), self.given.get("words", ""))
        return {"case_id": self.case.id, "why": why, "viewer": self.viewer, "at": self.at}

    @property
    def task_id(self) -> UUID:
        """The open step as somebody's work. Raises: StepNotOpen"""
        if self.step.task is None:
            raise StepNotOpen
        return self.step.task.id

    @property
    def moment(self) -> datetime | None:
        """The date chosen, by the reader's own clock. Raises: DateUnsound"""
        text = self.given.get("due_at", "")
        try:
            return timezone.make_aware(datetime.fromisoformat(text)) if text else None
        except ValueError as error:
            raise DateUnsound from error

    @property
    def doer(self) -> Doer:
        """Who shall do it."""
        team, _, member = self.given.get("doer", "").partition(":")
        return Doer(uuid_in(team), uuid_in(member))


@require_http_methods(["GET", "POST"])
@permit("flows:bend")
def bend(request: HttpRequest, number: str) -> HttpResponse:
    """GET shows what is open and asks; POST bends the case."""
    viewer, at = viewer_of(request), now()
    case = case_or_404(viewer, number)
    given = request.POST if request.method == "POST" else request.GET
    if request.method == "GET":
        return _sheet(request, case, given)
    kind = given.get("kind", "")
    try:
        step = _chosen(open_steps(case.id, viewer.language), given)
        if step is None or step.key != given.get("step") or kind not in _ACTS:
            raise StepNotOpen
        made = _ACTS[kind](Asked(case, step, given, viewer, at))
    except (FlowRefusal, CaseRefusal) as refusal:
        wrong = faults(refusal) if isinstance(refusal, FormIncomplete) else {}
        return _sheet(request, case, given, said(refusal), wrong)
    undo_path = reverse("desk_bend_undo", args=[number, made.id]) if made.undo else ""
    return toast(HttpResponse(status=204), str(_DONE[kind]), undo=undo_path, closes=True, event="flow-changed")


@require_POST
@permit("flows:bend")
def undo(request: HttpRequest, number: str, bend_id: UUID) -> HttpResponse:
    """The case stands as before."""
    viewer = viewer_of(request)
    case = case_or_404(viewer, number)
    try:
        undo_bend(case_id=case.id, bend_id=bend_id, viewer=viewer, at=now())
    except (FlowRefusal, CaseRefusal) as refusal:
        return toast(HttpResponse(status=204), said(refusal), is_bad=True)
    return toast(HttpResponse(status=204), _("Taken back."), closes=True, event="flow-changed")


def _skip(asked: Asked) -> Bend:
    names = [field.name for field in asked.step.asks]
    given = {name: _value(asked, name) for name in names if f"f-{name}" in asked.given}
    return skip_step(run_id=asked.step.run_id, token=asked.step.token, given=given, **asked.common)


def _value(asked: Asked, name: str) -> Any:
    is_list = any(field.type == "list" for field in asked.step.asks if field.name == name)
    return asked.given.getlist(f"f-{name}") if is_list else asked.given.get(f"f-{name}")


def _repeat(asked: Asked) -> Bend:
    element = asked.given.get("element", "")
    return repeat_step(run_id=asked.step.run_id, token=asked.step.token, element=element, **asked.common)


def _add(asked: Asked) -> Bend:
    given = asked.given
    wanted = Wanted(given.get("name", ""), given.get("instructions", ""), asked.doer, asked.moment)
    return add_step(task_id=asked.task_id, wanted=wanted, **asked.common)


def _reassign(asked: Asked) -> Bend:
    return reassign_step(task_id=asked.task_id, doer=asked.doer, **asked.common)


def _move(asked: Asked) -> Bend:
    due_at, promise_id = asked.moment, uuid_in(asked.given.get("what", ""))
    if due_at is None:
        raise DateUnsound
    if promise_id is None:
        return move_step_date(task_id=asked.task_id, due_at=due_at, **asked.common)
    return move_promise_date(run_id=asked.step.run_id, promise_id=promise_id, due_at=due_at, **asked.common)


_ACTS = {"skip": _skip, "repeat": _repeat, "add": _add, "reassign": _reassign, "move": _move}


def _chosen(steps: list[OpenStep], given: QueryDict) -> OpenStep | None:
    return next((step for step in steps if step.key == given.get("step")), steps[0] if steps else None)


def _sheet(
    request: HttpRequest, case: Case, given: QueryDict, refusal: str = "", wrong: dict[str, str] | None = None
) -> HttpResponse:
    viewer = viewer_of(request)
    steps = open_steps(case.id, viewer.language)
    made = made_in(case.id)
    step, left = _chosen(steps, given), limits_left(case, made, viewer)
    kinds = [(code, words, left.get(code), _fits(step, code)) for code, words in _KINDS.items()]
    usual = next((code for code, _words, one, fits in kinds if one and one.left and fits), "skip")
    kind = given.get("kind") if given.get("kind") in BendKind.values else usual
    context: dict[str, Any] = {
        "case": case,
        "steps": steps,
        "step": step,
        "kinds": kinds,
        "kind": kind,
        "limit": left.get(str(kind)),
        "fits": _fits(step, str(kind)),
        "against": AGAINST.get(step.against, "") if step else "",
        "reasons": REASONS.items(),
        "said": given,
        "refusal": refusal,
        "bends": views_of(made[:_SHOWN]),
    }
    context |= _choices(str(kind), step, case, given, wrong or {})
    response = render(request, "desk/bends/sheet.html", context, status=422 if refusal else 200)
    if request.method == "POST":
        response["HX-Retarget"], response["HX-Reswap"] = "#sheet-in", "innerHTML"
    return response


def _fits(step: OpenStep | None, kind: str) -> bool:
    """Whether a kind makes sense for what is open there."""
    if step is None:
        return False
    is_open_task = step.task is not None and step.task.completed_at is None
    fits = {"skip": not step.against, "repeat": any(not back.against for back in step.backs), "move": True}
    return fits.get(kind, is_open_task)


def _choices(kind: str, step: OpenStep | None, case: Case, given: QueryDict, wrong: dict[str, str]) -> dict[str, Any]:
    """What the chosen kind offers."""
    if step is None:
        return {}
    if kind == "skip":
        names = team_names(step.asks, "") | {"true": _("yes"), "false": _("no")}
        return {"lines": [_line(field, given.get(f"f-{field.name}", ""), wrong, names) for field in step.asks]}
    if kind == "repeat":
        return {"backs": [(back, AGAINST.get(back.against, back.against)) for back in step.backs]}
    return {"dates": _dates(step, case)} if kind == "move" else {"doers": _doers()}


def _line(field: FieldView, value: str, wrong: dict[str, str], names: dict[str, str]) -> Line:
    """A field under a name of its own; yes or no is chosen, so that leaving it alone is not a no."""
    options = ("true", "false") if field.type == "boolean" else field.options
    kind = "choice" if field.type == "boolean" else field.type
    shown = replace(field, name=f"f-{field.name}", type=kind, options=options)
    return Line(shown, value, wrong.get(field.name, ""), [(one, names.get(one, one), one == value) for one in options])


def _doers() -> list[tuple[str, list[tuple[str, str]]]]:
    """Teams with their people: (team, [(what a form sends, who)]), anybody of the team first."""
    return [
        (team, [(str(team_id), _("Anybody there")), *((f"{team_id}:{person}", name) for person, name in people)])
        for team_id, team, people in teams_with_people()
    ]


def _dates(step: OpenStep, case: Case) -> list[tuple[str, str, datetime | None]]:
    """What may be due at another time: the step, and the promises that run."""
    task = step.task
    own = [("", step.name, task.due_at)] if task is not None and task.completed_at is None else []
    running = case.promises.filter(ended_at=None, due_at__isnull=False, broken_at=None).order_by("due_at")
    return own + [(str(one.id), str(KIND_LABELS.get(one.kind, one.kind)), one.due_at) for one in running]
