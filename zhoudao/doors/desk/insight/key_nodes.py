"""Which steps decide how long cases take: asked for, waited for, read, and made goals."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from zhoudao.conduct.improvement.commands.holding import READ
from zhoudao.conduct.improvement.queries.register import of_flow, of_step
from zhoudao.conduct.insight.models import KeyNodeStudy, NodeGoal, Report
from zhoudao.conduct.insight.reporting import ReportNotFound
from zhoudao.conduct.insight.studying import (
    FasterUnsound,
    GoalNotFound,
    GoalUnsound,
    ask_key_nodes,
    drop_goal,
    goals_of,
    owners,
    set_goal,
    study_body,
)
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in

FASTER = (10, 20, 30, 50)
FEW = 50  # cases, below which the page says how little they tell


@require_GET
@permit("insight:read")
def key_nodes(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """The steps, those of which most would be gained first; while they are found how far it is."""
    report = Report.objects.filter(id=report_id, state="done").first()
    if report is None:
        raise Http404
    viewer = viewer_of(request)
    study = KeyNodeStudy.objects.select_related("body", "report").filter(report_id=report_id).first()
    context: dict[str, Any] = {
        "report": report, "study": study, "fasters": FASTER, "may_write": viewer.covers("insight:write"),
        "chosen": study.faster if study else 20, "few": FEW,
    }  # fmt: skip
    if request.headers.get("HX-Request") and study is not None and study.is_waited_for:
        return render(request, "desk/insight/_key_waiting.html", context)
    if study is not None and study.state == "failed":
        context["fault"] = _fault(study.fault)
    if study is not None and study.state == "done" and study.body is not None:
        context |= _found(study, viewer, may_write=context["may_write"])
    answer = render(request, "desk/insight/key_nodes.html", context)
    if request.headers.get("HX-Request"):
        answer["HX-Refresh"] = "true"
    return answer


def _found(study: KeyNodeStudy, viewer: Viewer, *, may_write: bool) -> dict[str, Any]:
    body = study_body(study)
    page = body["pages"][viewer.language]
    begun = of_flow(body["flow"]) if viewer.covers(READ) else []
    goals: dict[str, list[NodeGoal]] = {}
    for goal in goals_of(body["flow"]):
        goals.setdefault(goal.element, []).append(goal)
    cards = [
        {
            **card,
            "picture": SafeString(card["picture"]),
            "goals": goals.get(card["element"], []),
            "initiatives": of_step(begun, card["name"]),
        }
        for card in page["cards"]
    ]
    return {
        "cards": cards, "facts": page["facts"], "notes": page["notes"],
        "owners": owners() if may_write else [], "today": _today(),
    }  # fmt: skip


def _fault(code: str) -> str:
    if code == "failed":
        return _("It could not be made. This has been noted; try again, or ask who keeps the installation.")
    return code


def _today() -> date:
    return clock.now().astimezone(clock.zone()).date()


@require_POST
@permit("insight:write")
def ask(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Found anew."""
    try:
        faster = int(request.POST.get("faster", "20"))
        ask_key_nodes(report_id=report_id, faster=faster, viewer=viewer_of(request), at=clock.now())
    except ReportNotFound:
        raise Http404 from None
    except (ValueError, FasterUnsound):
        messages.error(request, _("How much less time a step takes is a whole number of percent, from 5 to 90."))
    return redirect("key_nodes", report_id)


@require_POST
@permit("insight:write")
def goal(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """A step made somebody's goal, or a goal dropped."""
    given, viewer, at = request.POST, viewer_of(request), clock.now()
    dropped = uuid_in(given.get("drop", ""))
    try:
        if dropped:
            drop_goal(report_id=report_id, goal_id=dropped, viewer=viewer, at=at)
        else:
            set_goal(
                report_id=report_id, element=given.get("element", ""), percent=int(given.get("percent", "")),
                owner_id=uuid_in(given.get("owner", "")) or UUID(int=0),
                due_date=date.fromisoformat(given.get("due", "")), today=_today(), viewer=viewer, at=at,
            )  # fmt: skip
    except (ReportNotFound, GoalNotFound):
        raise Http404 from None
    except (ValueError, GoalUnsound):
        messages.error(
            request, _("A goal has a percentage from 1 to 95, somebody who reads reports, and a day to come.")
        )
    return redirect("key_nodes", report_id)
