"""The cheapest place for one more visit, the others staying as they are: milliseconds, in plain Python."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from zhoudao.engines.matching.facts import (
    STEP,
    Job,
    Shift,
    Stop,
    Worker,
    crowd_cost,
    first_start,
    is_certified,
    is_near,
    is_skilled,
    travel,
    wait_cost,
)
from zhoudao.kit.frozen import frozen

Stops = Mapping[str, Sequence[Stop]]  # by the worker's key
_FAR = 1 << 40


@frozen
class Offer:
    """Who could begin when, and what it costs, in sixtieths of a minute of driving."""

    worker: str
    day: int
    begin: int
    end: int
    cost: int


@frozen
class _Gap:
    """Room between two stops of a day: from when to when a visit there can last, and what the way to it adds."""

    shifts: tuple[Shift, ...]
    since: int
    until: int
    cost: int


def best(job: Job, workers: Sequence[Worker], stops: Stops) -> Offer | None:
    """The cheapest of all places for it; the same for the same facts."""
    found = (one for worker in workers for one in _first_of_each(job, worker, stops.get(worker.key, ())))
    return min(found, key=_order, default=None)


def every(job: Job, workers: Sequence[Worker], stops: Stops) -> list[Offer]:
    """Each moment at which somebody could begin, with whoever is cheapest then, in the order of time."""
    found: dict[int, Offer] = {}
    for worker in workers:
        for one in _all_of_each(job, worker, stops.get(worker.key, ())):
            known = found.get(one.begin)
            if known is None or _order(one) < _order(known):
                found[one.begin] = one
    return [found[begin] for begin in sorted(found)]


def lacking(job: Job, workers: Sequence[Worker], at: int) -> str:
    """What is missing if nobody can do it: skill, brand, certification, expired, distance; else time."""
    left: Sequence[Worker] = [one for one in workers if not job.skill or job.skill in one.skills]
    if not left:
        return "skill"
    steps: tuple[tuple[str, Callable[[Worker], bool]], ...] = (
        ("brand", lambda one: is_skilled(one, job)),
        ("certification", lambda one: not job.certification or job.certification in one.certified),
        ("expired", lambda one: is_certified(one, job, max(at, job.earliest) + job.minutes)),
        ("distance", lambda one: is_near(one, job)),
    )
    for code, holds in steps:
        left = [one for one in left if holds(one)]
        if not left:
            return code
    return "time"


def _order(offer: Offer) -> tuple[int, int, str]:
    return offer.cost, offer.begin, offer.worker


def _first_of_each(job: Job, worker: Worker, stops: Sequence[Stop]) -> Iterator[Offer]:
    for day, count, gap in _gaps(job, worker, stops):
        begin = first_start(job, gap.shifts, gap.since, gap.until)
        if begin is not None and is_certified(worker, job, begin + job.minutes):
            yield _offer(job, worker, day, begin, gap.cost + crowd_cost(count))


def _all_of_each(job: Job, worker: Worker, stops: Sequence[Stop]) -> Iterator[Offer]:
    for day, count, gap in _gaps(job, worker, stops):
        begin = first_start(job, gap.shifts, gap.since, gap.until)
        while begin is not None and is_certified(worker, job, begin + job.minutes):
            yield _offer(job, worker, day, begin, gap.cost + crowd_cost(count))
            begin = first_start(job, gap.shifts, begin + STEP, gap.until)


def _offer(job: Job, worker: Worker, day: int, begin: int, cost: int) -> Offer:
    return Offer(worker.key, day, begin, begin + job.minutes, cost + wait_cost(job, begin))


def _gaps(job: Job, worker: Worker, stops: Sequence[Stop]) -> Iterator[tuple[int, int, _Gap]]:
    """The days on which they have room, how many visits they have that day, and each gap of it."""
    if not (is_skilled(worker, job) and is_near(worker, job)):
        return
    for day, shifts in _days(worker):
        if shifts[-1].end <= job.earliest or shifts[0].begin >= job.latest:
            continue
        theirs = sorted((one for one in stops if one.day == day), key=lambda one: one.begin)
        if len(theirs) < worker.a_day:
            for gap in _between(job, worker, shifts, theirs):
                yield day, len(theirs), gap


def _between(job: Job, worker: Worker, shifts: tuple[Shift, ...], stops: Sequence[Stop]) -> Iterator[_Gap]:
    first = Stop("", shifts[0].day, worker.start, shifts[0].begin, shifts[0].begin)
    for before, after in pairwise([first, *stops, None]):
        assert before is not None
        there = travel(before.place, job.place)
        if after is None:
            yield _Gap(shifts, before.end + there, _FAR, 60 * there)
            continue
        on = travel(job.place, after.place)
        cost = 60 * (there + on - travel(before.place, after.place))
        yield _Gap(shifts, before.end + there, after.begin - on, cost)


def _days(worker: Worker) -> Iterator[tuple[int, tuple[Shift, ...]]]:
    days: dict[int, list[Shift]] = {}
    for one in worker.shifts:
        days.setdefault(one.day, []).append(one)
    for day in sorted(days):
        yield day, tuple(sorted(days[day], key=lambda one: one.begin))
