"""All plans of a small case, one by one: the judge of the others, in the plainest words there are.

It shares no arithmetic with them but the prices: moments are tried one after another, orders and divisions are all
looked at. Eight visits and six days are much for it.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

from zhoudao.engines.matching.facts import STEP, UNPLANNED, Job, Worker, change_cost, crowd_cost, travel, wait_cost
from zhoudao.kit.globe import kilometres

_Set = frozenset[int]


def cheapest(jobs: Sequence[Job], workers: Sequence[Worker]) -> int:
    """What the best of all plans costs, in sixtieths of a minute, with what is left out."""
    best: dict[_Set, int] = {frozenset(): 0}  # what it costs at least to make exactly these visits
    for worker in workers:
        for day in sorted({shift.day for shift in worker.shifts}):
            routes = dict(_days(jobs, worker, day))
            longer: dict[_Set, int] = {}
            for done, cost in best.items():
                for route, more in routes.items():
                    if not route & done and cost + more < longer.get(route | done, 1 << 60):
                        longer[route | done] = cost + more
            best = longer
    return min(cost + UNPLANNED * (len(jobs) - len(done)) for done, cost in best.items())


def _days(jobs: Sequence[Job], worker: Worker, day: int) -> Iterator[tuple[_Set, int]]:
    """Every set of visits that can be made on a day, with what its best order costs."""
    for size in range(min(len(jobs), worker.a_day) + 1):
        for chosen in combinations(range(len(jobs)), size):
            costs = [
                cost for order in permutations(chosen) if (cost := _cost([jobs[n] for n in order], worker, day)) >= 0
            ]
            if costs:
                yield frozenset(chosen), min(costs)


def _cost(order: Sequence[Job], worker: Worker, day: int) -> int:
    """-1: it cannot be done."""
    shifts = [(one.begin, one.end) for one in worker.shifts if one.day == day]
    clock, place, cost = min(begin for begin, _end in shifts), worker.start, 0
    for before, job in enumerate(order):
        way = travel(place, job.place)
        begin = next((m for m in range(clock + way, job.latest) if _may(job, worker, shifts, m)), None)
        if begin is None:
            return -1
        cost += 60 * way + wait_cost(job, begin) + crowd_cost(before) + change_cost(job, worker.key)
        clock, place = begin + job.minutes, job.place
    return cost


def _may(job: Job, worker: Worker, shifts: Sequence[tuple[int, int]], begin: int) -> bool:
    end = begin + job.minutes
    is_in_time = job.earliest <= begin and end <= job.latest and any(a <= begin and end <= b for a, b in shifts)
    is_whole = begin % STEP == 0 or job.is_promised
    has_skill = job.skill in {"", *worker.skills}
    has_brand = not job.brand or not worker.brands or job.brand in worker.brands
    has_paper = not job.certification or end <= worker.certified.get(job.certification, -1)
    is_near = kilometres(worker.start, job.place) <= worker.radius_km
    return is_in_time and is_whole and has_skill and has_brand and has_paper and is_near
