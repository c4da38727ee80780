"""Whether a plan keeps every hard rule: read from the plan alone, by nothing that makes plans."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from zhoudao.engines.matching.facts import Job, Worker, travel
from zhoudao.engines.matching.planning import Given, Plan
from zhoudao.kit.globe import kilometres


def broken(plan: Plan, jobs: Sequence[Job], workers: Sequence[Worker]) -> list[str]:
    """What is wrong with a plan, in words; nothing when all is right. What is fixed is bound by no rule but one: it
    stays with its worker at its time.
    """
    by_job, by_worker = {one.key: one for one in jobs}, {one.key: one for one in workers}
    told = sorted([one.job for one in plan.given] + list(plan.left))
    found = [] if told == sorted(by_job) else ["not every visit has one place, or a reason"]
    for one in plan.given:
        found += [f"{one.job}: {what}" for what in _of_one(one, by_job[one.job], by_worker[one.worker])]
    days: dict[tuple[str, int], list[Given]] = {}
    for one in plan.given:
        days.setdefault((one.worker, one.day), []).append(one)
    for (worker, _day), theirs in days.items():
        found += _of_day(theirs, by_job, by_worker[worker])
    return found


def _of_one(one: Given, job: Job, worker: Worker) -> Iterator[str]:
    if job.is_fixed:
        if (one.worker, one.begin) != (job.had, job.earliest):
            yield "what is fixed was moved"
        return
    rules = {
        "skill": not job.skill or job.skill in worker.skills,
        "brand": not (job.brand and worker.brands) or job.brand in worker.brands,
        "certification": not job.certification or worker.certified.get(job.certification, -1) >= one.end,
        "distance": kilometres(worker.start, job.place) <= worker.radius_km,
        "too early": one.begin >= job.earliest,
        "too late": one.end <= job.latest,
        "length": one.end - one.begin == job.minutes,
        "promise": not job.is_promised or one.begin == job.earliest,
        "hours": any(s.day == one.day and s.begin <= one.begin and one.end <= s.end for s in worker.shifts),
    }
    yield from (name for name, holds in rules.items() if not holds)


def _of_day(theirs: list[Given], jobs: dict[str, Job], worker: Worker) -> Iterator[str]:
    if len(theirs) > worker.a_day:
        yield f"{worker.key}: more than a day's visits"
    theirs.sort(key=lambda one: one.begin)
    first = theirs[0]
    opens = min((shift.begin for shift in worker.shifts if shift.day == first.day), default=0)
    if not jobs[first.job].is_fixed and opens + travel(worker.start, jobs[first.job].place) > first.begin:
        yield f"{first.job}: nobody is there so early"
    for one, two in pairwise(theirs):
        if not jobs[two.job].is_fixed and one.end + travel(jobs[one.job].place, jobs[two.job].place) > two.begin:
            yield f"{two.job}: no time for the way"
    for one, two in combinations(theirs, 2):
        if one.begin < two.end and two.begin < one.end and not (jobs[one.job].is_fixed and jobs[two.job].is_fixed):
            yield f"{one.job} and {two.job}: at once"
