"""Who makes which visits on which day in which order: as cheap as it gets, every hard rule kept."""

from collections.abc import Sequence
from random import Random

from zhoudao.engines.matching.choosing import choose, fill
from zhoudao.engines.matching.facts import Job, Worker
from zhoudao.engines.matching.inserting import lacking
from zhoudao.engines.matching.routes import days_of, timed
from zhoudao.engines.matching.searching import Pool, State, search
from zhoudao.kit.frozen import frozen

ROUNDS = 1000
_ALL = 4_000  # routes: so few are all looked at


@frozen
class Given:
    """A visit with its worker and time."""

    job: str
    worker: str
    day: int
    begin: int
    end: int


@frozen
class Plan:
    """What was found. `left`: why each visit that nobody can make has no place. `is_proven`: nothing is cheaper."""

    given: tuple[Given, ...]
    left: dict[str, str]
    cost: int  # sixtieths of a minute; what is left out of it is not counted
    is_proven: bool


def plan(
    jobs: Sequence[Job], workers: Sequence[Worker], *, at: int, rng: Random, rounds: int = ROUNDS, all_of: int = _ALL
) -> Plan:
    """The cheapest plan that is found: as many visits as possible, then the least cost. Few routes are all looked at.

    `at`: the moment now. `all_of`: so many routes count as few.
    """
    pool = Pool(jobs, days_of(workers))
    is_all = fill(pool, all_of)
    state = search(pool, rng, 0 if is_all else rounds)
    state, is_proven = choose(pool, state)
    return _told(pool, state, workers, at, is_proven=is_all and is_proven)


def _told(pool: Pool, state: State, workers: Sequence[Worker], at: int, *, is_proven: bool) -> Plan:
    given = []
    for day, route in zip(pool.days, state.routes, strict=True):
        jobs = [pool.jobs[n] for n in route]
        for job, begin in zip(jobs, timed(day, jobs) or (), strict=True):
            given.append(Given(job.key, day.worker.key, day.day, begin, begin + job.minutes))
    left = {pool.jobs[n].key: lacking(pool.jobs[n], workers, at) for n in state.left}
    return Plan(tuple(given), left, sum(state.costs), is_proven)
