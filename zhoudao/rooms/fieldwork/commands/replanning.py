"""A day is planned anew when something changed: promised times are kept, only who comes may change.

Looking for the best plan takes seconds and a library of its own, so the analyst does it, without any lock; what was
found is taken over under the lock, and only if the day is still as it was.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from zhoudao.engines.matching import Given, Job, Plan, Worker, plan
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.fieldwork.commands.asking import LEAD
from zhoudao.rooms.fieldwork.commands.holding import hold_plan, tell
from zhoudao.rooms.fieldwork.events import VisitReassigned, VisitUnplanned
from zhoudao.rooms.fieldwork.ground import job_of, minute_after, minute_of, moment_of, promised_job, read_ground
from zhoudao.rooms.fieldwork.models import OUT, State, Visit

ACTOR = "system:fieldwork"
GRACE = timedelta(minutes=30)  # a customer waits so long for somebody who is held up, before another is sent
_LEAST = timedelta(minutes=15)  # what is under way beyond its time lasts at least so much longer
_TRIES = 3
_Was = frozenset[tuple[UUID, UUID | None, datetime | None, str]]


@frozen
class Change:
    """Somebody else comes (`engineer_id`) at the promised time, or nobody can (None), and what is `lacking`.

    `proposed_at`: of a visit that is to be planned anew, a time that was found for it.
    """

    visit_id: UUID
    engineer_id: UUID | None
    lacking: str = ""
    proposed_at: datetime | None = None


@frozen
class Proposal:
    """What to change of a day, and how the day was when it was found."""

    changes: tuple[Change, ...]
    was: _Was


@frozen
class Outcome:
    """How many visits somebody else makes, a person has to plan anew, and were found a time that is proposed."""

    reassigned: int = 0
    unplanned: int = 0
    proposed: int = 0


def replan(*, day: date, cause: str, at: datetime, rng: Random) -> Outcome:
    """This will plan a day of head office's anew, once more if it changed meanwhile. `cause`: one of `events.CAUSES`.

    The analyst alone calls it: it loads what no other process holds.
    """
    for _try in range(_TRIES):
        outcome = take_over(propose(day=day, at=at, rng=rng), day=day, cause=cause, at=at)
        if outcome is not None:
            return outcome
    return Outcome()


def propose(*, day: date, at: datetime, rng: Random) -> Proposal:
    """The cheapest plan of a day with every promised time kept, and what fits between (six statements)."""
    visits = list(_of_day(day, at))
    if not visits:
        return Proposal((), frozenset())
    since, until = _bounds(day)
    ground = read_ground(since, until, besides=[one.id for one in visits])
    workers = [_on(one, since, until) for one in ground.workers]
    here = {one.key for one in workers if one.shifts}
    jobs = [_job(one, at) for one in visits]
    known = [one for one in jobs if not one.is_fixed or one.had in here]
    found = plan(known, workers, at=minute_of(at), rng=rng)
    return Proposal(tuple(_changes(visits, found)), _as_it_was(visits))


@transaction.atomic
def take_over(proposal: Proposal, *, day: date, cause: str, at: datetime) -> Outcome | None:
    """This will change the day as proposed, all of it; None where the day is not as it was.

    Nobody is dropped: a visit that cannot be kept is to be planned anew, and on the board until somebody has.
    """
    hold_plan()
    visits = {one.id: one for one in _of_day(day, at).select_for_update(of=("self",))}
    if _as_it_was(visits.values()) != proposal.was:
        return None
    changed = [(visits[one.visit_id], one) for one in proposal.changes]
    promised = [visit.id for visit, _change in changed if visit.state == State.PLANNED]
    Visit.objects.filter(id__in=promised).update(state=State.UNPLANNED, starts_at=None, ends_at=None)  # they may swap
    done = [_change(visit, change, cause, at) for visit, change in changed]
    return Outcome(done.count("reassigned"), done.count("unplanned"), done.count("proposed"))


def day_of_moment(moment: datetime) -> date:
    """Head office's day."""
    return moment.astimezone(clock.zone()).date()


def _change(visit: Visit, change: Change, cause: str, at: datetime) -> str:
    by = By(ACTOR)
    if visit.state == State.UNPLANNED:
        visit.proposed_at, visit.proposed_engineer_id = change.proposed_at, change.engineer_id
        visit.save(update_fields=["proposed_at", "proposed_engineer"])
        return "proposed"
    was, starts_at = visit.engineer_id, visit.time[0]
    if change.engineer_id is None:
        visit.state, visit.starts_at, visit.ends_at, visit.lacking = State.UNPLANNED, None, None, change.lacking
        visit.save(update_fields=["state", "starts_at", "ends_at", "lacking"])
        tell(visit, VisitUnplanned(visit.number, starts_at.isoformat(), cause), by=by, at=at)
        return "unplanned"
    visit.engineer_id = change.engineer_id
    visit.save(update_fields=["engineer", "state", "starts_at", "ends_at"])
    fact = VisitReassigned(visit.number, str(was), str(change.engineer_id), starts_at.isoformat())
    tell(visit, fact, by=by, at=at)
    return "reassigned"


def _changes(visits: Sequence[Visit], found: Plan) -> Iterator[Change]:
    given = {UUID(one.job): one for one in found.given}
    for visit in visits:
        one = given.get(visit.id)
        if visit.state == State.UNPLANNED:
            yield from _proposed(visit, one)
        elif visit.state == State.PLANNED and one is None:
            yield Change(visit.id, None, found.left[str(visit.id)])
        elif visit.state == State.PLANNED and one is not None and one.worker != str(visit.engineer_id):
            yield Change(visit.id, UUID(one.worker))


def _proposed(visit: Visit, one: Given | None) -> Iterator[Change]:
    """A time for what has none, unless a sooner one is proposed already."""
    if one is not None and (visit.proposed_at is None or moment_of(one.begin) < visit.proposed_at):
        yield Change(visit.id, UUID(one.worker), proposed_at=moment_of(one.begin))


def _job(visit: Visit, at: datetime) -> Job:
    """What has not begun stays at its time; what is under way or done where it is, as long as it takes."""
    if visit.state == State.UNPLANNED:
        return job_of(visit, earliest=at + LEAD)
    job = promised_job(visit)
    if visit.state == State.PLANNED:
        return job
    if visit.state == State.DONE:
        return replace(job, is_fixed=True)
    began = visit.begun_at or max(visit.time[0], at)
    end = began + timedelta(minutes=visit.minutes)
    if end < at:
        end = at + _LEAST
    end = max(end - GRACE, visit.time[1], began + timedelta(minutes=1))
    since, until = minute_after(began), minute_after(end)
    return replace(job, is_fixed=True, earliest=since, latest=until, minutes=until - since)


def _on(worker: Worker, since: datetime, until: datetime) -> Worker:
    first, last = minute_of(since), minute_of(until)
    return replace(worker, shifts=tuple(one for one in worker.shifts if one.begin < last and one.end > first))


def _of_day(day: date, at: datetime) -> QuerySet[Visit]:
    """What is planned, under way or done that day, and what is to be planned anew and could be then."""
    since, until = _bounds(day)
    then = Q(starts_at__gte=since, starts_at__lt=until, state__in=(State.PLANNED, *OUT, State.DONE))
    anew = Q(state=State.UNPLANNED, not_before__lt=until, not_after__gt=max(since, at))
    return Visit.objects.filter(then | anew).order_by("asked_at", "id")


def _as_it_was(visits: Iterable[Visit]) -> _Was:
    return frozenset((one.id, one.engineer_id, one.starts_at, one.state) for one in visits)


def _bounds(day: date) -> tuple[datetime, datetime]:
    zone = clock.zone()
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)
