"""`zhoudao bench matching`: how near plans of visits come to the best of all plans, and how long a large one takes."""

import time
from collections.abc import Callable, Sequence
from random import Random
from statistics import mean

from zhoudao.doors.cli.bench_report import Report
from zhoudao.engines.matching import Job, Plan, Stop, Worker, best, broken, plan, travel
from zhoudao.engines.matching.enumerating import cheapest
from zhoudao.engines.matching.facts import UNPLANNED, crowd_cost, wait_cost
from zhoudao.engines.matching.imagined import jobs, workers

MOST_SECONDS, MOST_GAP = 5.0, 2.0
_LARGE, _ROUNDS = 5, 100
NOTES = [
    "Small cases: three engineers, four to seven visits, one or two days; the best of all plans by enumeration of "
    "every set, order and division, in code that shares nothing with the planner but the prices. A gap is what a plan "
    "costs more than that; a visit left out that could have been made would be a gap of thousands of percent.",
    "Searched: ruin and recreate and the choice among routes seen, as in large cases; where there are at "
    "most 4,000 routes all are looked at, and the plan is proven.",
    "Large cases: engineers and visits within 25 km of a city's middle, one day, one in seven promised at a time. "
    "One by one: each visit where it is cheapest when it is asked for, the others as they are.",
    "Every plan is read by a checker that makes no plans: skill, brand, certification, radius, hours, ways, promises, "
    "a day's most, nobody twice at once, nobody dropped without a reason.",
]


def run(cases: int, large: tuple[int, int], report: Report, say: Callable[[str], None]) -> None:
    """This will plan many small and some large cases and note the figures."""
    say(f"{cases} small cases …")
    _small(cases, report)
    say(f"{_LARGE} large cases …")
    _large(*large, report)
    report.notes += NOTES


def _small(cases: int, report: Report) -> None:
    searched: list[float] = []
    proven: list[float] = []
    wrong: list[str] = []
    for seed in range(cases):
        rng = Random(seed)  # noqa: S311 – imagined visits
        days = rng.choice([1, 1, 2])
        there = workers(rng, 3, days)
        wanted = jobs(rng, rng.randint(4, 7), days)
        floor = cheapest(wanted, there)
        found = plan(wanted, there, at=0, rng=Random(seed), rounds=_ROUNDS, all_of=0)  # noqa: S311 – as above
        searched.append((_whole(found) - floor) / max(1, floor) * 100)
        wrong += broken(found, wanted, there)
        found = plan(wanted, there, at=0, rng=Random(seed), rounds=_ROUNDS)  # noqa: S311 – as above
        wrong += broken(found, wanted, there)
        if found.is_proven:
            proven.append((_whole(found) - floor) / max(1, floor) * 100)
    for name, gaps, most in (("searched", searched, MOST_GAP), ("proven", proven, 0.0)):
        value = f"{mean(gaps):.3f} % above the best on average, {max(gaps):.2f} % at most; {_share(gaps)} best"
        report.add(f"small cases, {name}", f"{len(gaps):,}", value, budget=f"≤ {most:.0f} %", kept=max(gaps) <= most)
    report.add("small cases, rules broken", f"{2 * cases:,} plans", f"{len(wrong)}", budget="0", kept=not wrong)


def _large(visits: int, engineers: int, report: Report) -> None:
    seconds, saved, ways, wrong = [], [], [], 0
    for seed in range(_LARGE):
        rng = Random(seed)  # noqa: S311 – imagined visits
        there, wanted = workers(rng, engineers, 1), jobs(rng, visits, 1)
        report.calibrate()
        began = time.process_time()
        found = plan(wanted, there, at=0, rng=Random(seed))  # noqa: S311 – as above
        seconds.append(time.process_time() - began)
        wrong += len(broken(found, wanted, there))
        cost, left, way = _one_by_one(wanted, there)
        saved.append((left - len(found.left), (1 - found.cost / len(found.given) / (cost / (visits - left))) * 100))
        ways.append((1 - _way(found, wanted, there) / len(found.given) / (way / (visits - left))) * 100)
    size = f"{visits} visits, {engineers} engineers, {_LARGE} times"
    is_soon = max(seconds) <= MOST_SECONDS
    value = f"{mean(seconds):.1f} s of CPU on average, {max(seconds):.1f} s at most"
    report.add("large cases", size, value, budget=f"≤ {MOST_SECONDS:.0f} s", kept=is_soon)
    more, less = sum(one for one, _cost in saved) / _LARGE, mean(cost for _more, cost in saved)
    value = f"{more:.1f} more visits made; one costs {less:.0f} % less, its way is {mean(ways):.0f} % shorter"
    report.add("large cases, beside one by one", size, value)
    report.add("large cases, rules broken", f"{_LARGE} plans", f"{wrong}", budget="0", kept=not wrong)


def _one_by_one(wanted: Sequence[Job], there: Sequence[Worker]) -> tuple[int, int, int]:
    """What it costs to plan them as they come, how many have no place, and the minutes of driving."""
    stops: dict[str, list[Stop]] = {}
    jobs_of, cost, left = {job.key: job for job in wanted}, 0, 0
    for job in wanted:
        offer = best(job, there, stops)
        if offer is None:
            left += 1
            continue
        stops.setdefault(offer.worker, []).append(Stop(job.key, offer.day, job.place, offer.begin, offer.end))
    way = 0
    for worker in there:
        place = worker.start
        for n, stop in enumerate(sorted(stops.get(worker.key, ()), key=lambda one: one.begin)):
            way += travel(place, stop.place)
            cost += wait_cost(jobs_of[stop.key], stop.begin) + crowd_cost(n)
            place = stop.place
    return cost + 60 * way, left, way


def _way(found: Plan, wanted: Sequence[Job], there: Sequence[Worker]) -> int:
    """A plan's minutes of driving."""
    places, way = {job.key: job.place for job in wanted}, 0
    for worker in there:
        place = worker.start
        for one in sorted((g for g in found.given if g.worker == worker.key), key=lambda g: g.begin):
            way += travel(place, places[one.job])
            place = places[one.job]
    return way


def _whole(found: Plan) -> int:
    return found.cost + UNPLANNED * len(found.left)


def _share(gaps: Sequence[float]) -> str:
    return f"{sum(gap <= 0 for gap in gaps) / len(gaps):.1%}"
