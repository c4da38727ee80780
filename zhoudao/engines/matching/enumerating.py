"""All plans of a small case, one by one: the judge of the others, in the plainest words there are.

It shares no arithmetic with them but the prices: moments are tried one after another, orders and divisions are all
looked at. Eight visits and six days are much for it.
"""

from collections.abc import Sequence

from zhoudao.engines.matching.facts import STEP, UNPLANNED, Job, Worker, change_cost, crowd_cost, travel, wait_cost
from zhoudao.kit.globe import Point, kilometres

_Set = frozenset[int]


def cheapest(jobs: Sequence[Job], workers: Sequence[Worker]) -> int:
    """What the best of all plans costs, in sixtieths of a minute, with what is left out."""
    best: dict[_Set, int] = {frozenset(): 0}  # what it costs at least to make exactly these visits
    for worker in workers:
        for day in sorted({shift.day for shift in worker.shifts}):
            routes = _days(jobs, worker, day)
            longer: dict[_Set, int] = {}
            for done, cost in best.items():
                for route, more in routes.items():
                    if not route & done and cost + more < longer.get(route | done, 1 << 60):
                        longer[route | done] = cost + more
            best = longer
    return min(cost + UNPLANNED * (len(jobs) - len(done)) for done, cost in best.items())


def _days(jobs: Sequence[Job], worker: Worker, day: int) -> dict[_Set, int]:
    """Every set of visits that can be made on a day, with what its best order costs."""
    shifts = [(one.begin, one.end) for one in worker.shifts if one.day == day]
    found: dict[_Set, int] = {}

    def go_on(done: tuple[int, ...], clock: int, place: Point, cost: int) -> None:
        found[frozenset(done)] = min(cost, found.get(frozenset(done), cost))
        for n, job in enumerate(jobs):
            if n in done or len(done) == worker.a_day:
                continue
            way = travel(place, job.place)
            moments = range(max(clock + way, job.earliest), job.latest)
            begin = next((one for one in moments if _may(job, worker, shifts, one)), None)
            if begin is not None:
                more = 60 * way + wait_cost(job, begin) + crowd_cost(len(done)) + change_cost(job, worker.key)
                go_on((*done, n), begin + job.minutes, job.place, cost + more)

    go_on((), min(begin for begin, _end in shifts), worker.start, 0)
    return found


def _may(job: Job, worker: Worker, shifts: Sequence[tuple[int, int]], begin: int) -> bool:
    end = begin + job.minutes
    is_whole = begin % STEP == 0 or (job.is_promised and begin == job.earliest)
    if not is_whole or end > job.latest or not any(a <= begin and end <= b for a, b in shifts):
        return False
    has_skill = job.skill in {"", *worker.skills}
    has_brand = not job.brand or not worker.brands or job.brand in worker.brands
    has_paper = not job.certification or end <= worker.certified.get(job.certification, -1)
    return has_skill and has_brand and has_paper and kilometres(worker.start, job.place) <= worker.radius_km
