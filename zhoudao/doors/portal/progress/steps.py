"""What has been done and what comes next: told by the case's flow, or by the case itself when it has none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from zhoudao.doors.portal.progress.moments import Moment, moment
from zhoudao.rooms.cases.models import Case, Promise, Status


@dataclass(frozen=True)
class Step:
    """`state` is done, current or next."""

    words: str
    state: str
    at: Moment | None = None


def plain_steps(case: Case, promises: Sequence[Promise], now: datetime) -> list[Step]:
    """The steps every case has."""

    def done(words: str, at: datetime | None) -> Step:
        return Step(words, "done", moment(at, now, case.store.zone) if at else None)

    steps = [done(_("We received your request"), case.opened_at)]
    if case.first_human_contact_at:
        steps.append(done(_("A colleague answered you"), case.first_human_contact_at))
    plan = next((promise for promise in promises if promise.kind == "plan"), None)
    if plan and plan.kept_at:
        steps.append(done(_("You got a plan"), plan.kept_at))
    if case.status in (Status.RESOLVED, Status.CLOSED):
        steps.append(done(_("Your case was solved"), case.resolved_at or case.closed_at))
        return steps
    steps.append(Step(_current(case), "current"))
    if plan and not plan.ended_at:
        steps.append(Step(_("You get a plan"), "next"))
    steps.append(Step(_("Your case is solved"), "next"))
    return steps


def _current(case: Case) -> str:
    if case.status == Status.WAITING:
        return _("We wait for your answer")
    if case.status == Status.SNOOZED:
        return _("We come back to it at the agreed time")
    if case.first_human_contact_at is None:
        return _("A colleague reads it and answers you")
    return _("We work on the solution")
