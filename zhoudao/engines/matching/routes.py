"""An engineer's day as a route: when each visit of it begins, and what it costs."""

from collections.abc import Sequence
from itertools import pairwise

from zhoudao.engines.matching.facts import (
    Job,
    Shift,
    Worker,
    change_cost,
    crowd_cost,
    first_start,
    is_certified,
    is_near,
    is_skilled,
    travel,
    wait_cost,
)
from zhoudao.kit.frozen import frozen

_FAR = 1 << 40


@frozen
class Day:
    """One day of one worker, with its stretches of work in order."""

    worker: Worker
    day: int
    shifts: tuple[Shift, ...]

    @property
    def key(self) -> tuple[str, int]:
        """By which it is known."""
        return self.worker.key, self.day


def days_of(workers: Sequence[Worker]) -> list[Day]:
    """All days of all workers."""
    found: list[Day] = []
    for worker in workers:
        days: dict[int, list[Shift]] = {}
        for one in worker.shifts:
            days.setdefault(one.day, []).append(one)
        found += [Day(worker, day, tuple(sorted(days[day], key=lambda one: one.begin))) for day in sorted(days)]
    return found


def could(day: Day, job: Job) -> bool:
    """Whether a job could be done on a day if there were nothing else."""
    if job.is_fixed:
        is_then = day.shifts[0].begin < job.earliest + job.minutes and job.earliest < day.shifts[-1].end
        return is_then and job.had == day.worker.key
    if not (is_skilled(day.worker, job) and is_near(day.worker, job)):
        return False
    return timed(day, (job,)) is not None


def timed(day: Day, jobs: Sequence[Job]) -> list[int] | None:
    """When each begins if they are done in this order, each as soon as possible; None: not in this order.

    What is fixed (under way, or done) begins when it did, whatever the rules say.
    """
    if len(jobs) > day.worker.a_day:
        return None
    clock, place, begins = day.shifts[0].begin, day.worker.start, []
    for job in jobs:
        if job.is_fixed:
            begin: int | None = job.earliest
        else:
            begin = first_start(job, day.shifts, clock + travel(place, job.place), _FAR)
            if begin is not None and not is_certified(day.worker, job, begin + job.minutes):
                return None
        if begin is None:
            return None
        begins.append(begin)
        clock, place = begin + job.minutes, job.place
    return begins if all(one <= two for one, two in pairwise(begins)) else None


def cost_of(day: Day, jobs: Sequence[Job], begins: Sequence[int]) -> int:
    """What a day costs, in sixtieths of a minute: ways, waiting, crowding, and somebody else than was told."""
    cost, place = 0, day.worker.start
    for before, (job, begin) in enumerate(zip(jobs, begins, strict=True)):
        cost += 60 * travel(place, job.place) + wait_cost(job, begin) + crowd_cost(before)
        cost += change_cost(job, day.worker.key)
        place = job.place
    return cost
