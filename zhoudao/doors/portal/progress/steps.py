"""What has been done and what comes next: told by the case's flow, or by the case itself when it has none."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from zhoudao.conduct.flows.queries.progress import progress
from zhoudao.doors.portal.progress.moments import Moment, moment
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.models import Case, Promise, Status


@frozen
class Step:
    """`state` is done, current or next; `at` when it was done, else until when it should be."""

    words: str
    state: str
    at: Moment | None = None


def steps_of(case: Case, promises: Sequence[Promise], language: str, now: datetime) -> list[Step]:
    """The steps in order; the case decides whether there is anything left to do, the flow what that is."""
    zone = case.store.zone
    told = [
        Step(step.text, "current" if step.state == "now" else step.state, _when(step.at or step.due_at, now, zone))
        for step in progress(case.id, language)
    ]
    past = [step for step in told if step.state == "done"] or _plain_past(case, promises, now)
    if case.status in (Status.RESOLVED, Status.CLOSED):
        return [*past, Step(_("Your case was solved"), "done", _when(case.resolved_at or case.closed_at, now, zone))]
    return past + ([step for step in told if step.state != "done"] or _plain_future(case, promises))


def _plain_past(case: Case, promises: Sequence[Promise], now: datetime) -> list[Step]:
    plan = next((promise.kept_at for promise in promises if promise.kind == "plan" and promise.kept_at), None)
    steps = [
        (_("We received your request"), case.opened_at),
        (_("A colleague answered you"), case.first_human_contact_at),
        (_("You got a plan"), plan),
    ]
    return [Step(words, "done", _when(at, now, case.store.zone)) for words, at in steps if at is not None]


def _plain_future(case: Case, promises: Sequence[Promise]) -> list[Step]:
    awaits_plan = any(promise.kind == "plan" and promise.ended_at is None for promise in promises)
    ahead = ([_("You get a plan")] if awaits_plan else []) + [_("Your case is solved")]
    return [Step(_current(case), "current"), *(Step(words, "next") for words in ahead)]


def _when(at: datetime | None, now: datetime, zone: str) -> Moment | None:
    return moment(at, now, zone) if at else None


def _current(case: Case) -> str:
    if case.status == Status.WAITING:
        return _("We wait for your answer")
    if case.status == Status.SNOOZED:
        return _("We come back to it at the agreed time")
    if case.first_human_contact_at is None:
        return _("A colleague reads it and answers you")
    return _("We work on the solution")
