"""Key nodes of a report: asked for by people, made by a job of the analyst, kept sealed; and the goals set on them."""

import json
import zlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from zhoudao.conduct.insight.events import KeyNodesAsked, NodeGoalDropped, NodeGoalSet
from zhoudao.conduct.insight.models import KeyNodeStudy, NodeGoal, Report
from zhoudao.conduct.insight.reporting import QUEUE, ReportNotFound
from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.files.store import discard, keep, read
from zhoudao.ground.vault import box

JOB = "desk.find_key_nodes"
LEAST_FASTER, MOST_FASTER, MOST_GOALS = 5, 90, 200
_PATIENCE = timedelta(minutes=30)
_FARTHEST_DAYS = 730


class FasterUnsound(Exception):
    """How much less time a step takes is a whole number of percent, from 5 to 90."""


class GoalUnsound(Exception):
    """A goal is a step of the flow, 1 to 95 percent less time, a day within two years, and who sees to it, who reads
    reports.
    """


class GoalNotFound(Exception):
    """There is no such goal."""


@transaction.atomic
def ask_key_nodes(*, report_id: UUID, faster: int, viewer: Viewer, at: datetime) -> KeyNodeStudy:
    """This will have the key nodes of a report's process found, in place of those there are. What is being made is left
    alone, unless it has been for half an hour.

    Raises: ReportNotFound (or it is not made), FasterUnsound
    """
    if not LEAST_FASTER <= faster <= MOST_FASTER:
        raise FasterUnsound(FasterUnsound.__doc__)
    report = Report.objects.select_for_update().filter(id=report_id, state="done").first()
    if report is None:
        raise ReportNotFound(ReportNotFound.__doc__)
    study = KeyNodeStudy.objects.filter(report=report).first()
    if study is not None and study.is_waited_for and at - study.asked_at < _PATIENCE:
        return study
    study = study or KeyNodeStudy(report=report)
    study.faster, study.state, study.percent, study.fault = faster, "asked", 0, ""
    assert viewer.user_id is not None  # it was signed in to
    study.asked_by_id, study.asked_at = viewer.user_id, at
    study.save()
    record(KeyNodesAsked(faster), about=[About("report", report.id)], by=By(viewer.actor), at=at)
    transaction.on_commit(lambda: app.configure_task(JOB, queue=QUEUE).defer(report_id=str(report.id)))
    return study


def begin_study(report_id: UUID) -> KeyNodeStudy | None:
    """The study as the job finds it; nothing when it is gone or made."""
    rows = KeyNodeStudy.objects.select_related("report__upload", "report__flow", "report__body", "body")
    study = rows.filter(report_id=report_id, report__state="done").first()
    if study is None or not study.is_waited_for:
        return None
    note_study(study, 5)
    return study


def note_study(study: KeyNodeStudy, percent: int) -> None:
    """This will say how far it is."""
    KeyNodeStudy.objects.filter(report_id=study.report_id).update(state="making", percent=percent)


def fail_study(study: KeyNodeStudy, fault: str) -> None:
    """This will say why there is none."""
    KeyNodeStudy.objects.filter(report_id=study.report_id).update(state="failed", percent=0, fault=fault)


@transaction.atomic
def finish_study(study: KeyNodeStudy, body: dict[str, Any], *, at: datetime) -> None:
    """This will keep what was found, sealed under the report's key, in place of what was found before."""
    held = KeyNodeStudy.objects.select_for_update().filter(report_id=study.report_id).first()
    if held is None:  # deleted while it was made
        return
    content = zlib.compress(json.dumps(body, ensure_ascii=False).encode(), 6)
    file = keep(content, subject_id=study.report_id, key_id=box.key_of(study.report_id))
    before = study.body
    KeyNodeStudy.objects.filter(report_id=study.report_id).update(
        body=file, state="done", percent=100, fault="", made_at=at
    )
    if before is not None and before.id != file.id:
        discard(before)


def study_body(study: KeyNodeStudy) -> dict[str, Any]:
    """What `finish_study` kept. Raises: Unreadable"""
    assert study.body is not None  # of a study that is done
    found: dict[str, Any] = json.loads(zlib.decompress(read(study.body)))
    return found


@transaction.atomic
def set_goal(
    *, report_id: UUID, element: str, percent: int, owner_id: UUID, due_date: date, today: date, viewer: Viewer,
    at: datetime,
) -> NodeGoal:  # fmt: skip
    """This will make it somebody's goal that a step takes so much less time by a day (`today` is the shop's).

    Raises: ReportNotFound (or its key nodes are not found), GoalUnsound
    """
    assert viewer.user_id is not None  # it was signed in to
    rows = KeyNodeStudy.objects.select_for_update(of=("self",)).select_related("body")
    study = rows.filter(report_id=report_id, state="done").first()
    if study is None:
        raise ReportNotFound(ReportNotFound.__doc__)
    body = study_body(study)
    step = body["names"].get(element)
    is_in_time = 0 < (due_date - today).days <= _FARTHEST_DAYS
    is_full = NodeGoal.objects.filter(flow=body["flow"]).count() >= MOST_GOALS
    if step is None or not 1 <= percent <= 95 or not is_in_time or is_full or owner_id not in {p.id for p in owners()}:
        raise GoalUnsound(GoalUnsound.__doc__)
    goal = NodeGoal.objects.create(
        report_id=report_id, flow=body["flow"], element=element, step=step[:200], percent=percent, owner_id=owner_id,
        due_date=due_date, set_by_id=viewer.user_id, set_at=at,
    )  # fmt: skip
    fact = NodeGoalSet(goal.flow, element, percent, due_date.isoformat(), str(owner_id))
    record(fact, about=[About("report", report_id)], by=By(viewer.actor), at=at)
    return goal


@transaction.atomic
def drop_goal(*, report_id: UUID, goal_id: UUID, viewer: Viewer, at: datetime) -> None:
    """This will forget a goal of the process that a report is of. Raises: GoalNotFound"""
    study = KeyNodeStudy.objects.select_related("body").filter(report_id=report_id, state="done").first()
    goal = NodeGoal.objects.select_for_update().filter(id=goal_id).first()
    if study is None or goal is None or goal.flow != study_body(study)["flow"]:
        raise GoalNotFound(GoalNotFound.__doc__)
    fact = NodeGoalDropped(goal.flow, goal.element, goal.percent)
    record(fact, about=[About("report", report_id)], by=By(viewer.actor), at=at)
    goal.delete()


def owners() -> list[User]:
    """Who may have a goal: whoever reads reports, by name (two statements)."""
    found = User.objects.filter(is_active=True).prefetch_related("grants").order_by("name", "email")
    return [user for user in found if viewers.of_user(user).covers("insight:read")]


def goals_of(flow: str) -> Sequence[NodeGoal]:
    """The goals of a process, the nearest day first (one statement)."""
    return list(NodeGoal.objects.filter(flow=flow).select_related("owner").order_by("due_date", "id"))
