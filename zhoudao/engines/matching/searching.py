"""Good days by ruin and recreate, with every day seen on the way remembered for the choice among all of them.

Source: Schrimpf et al., Record breaking optimization results using the ruin and recreate principle (2000); the choice
among remembered routes: Rochat and Taillard, Probabilistic diversification and intensification (1995).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from zhoudao.engines.matching.facts import Job, left_cost
from zhoudao.engines.matching.routes import Day, cost_of, could, timed
from zhoudao.kit.globe import kilometres

Route = tuple[int, ...]  # jobs by their index, in order
_BLINK = 0.05  # of the places are not looked at: the same ruin is built up otherwise
_FEWEST, _MOST = 2, 10  # jobs torn out at once
_WARM = 600  # a plan worse by ten minutes is gone on with at first


@dataclass
class Pool:
    """Jobs, days, and the cheapest order of every set of jobs that was seen on a day."""

    jobs: Sequence[Job]
    days: Sequence[Day]
    options: list[list[int]] = field(default_factory=list)  # of each job: the days on which it could be done
    seen: list[dict[frozenset[int], tuple[int, Route]]] = field(default_factory=list)  # of each day
    placed: dict[tuple[int, Route, int], tuple[int, Route] | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.seen = [{} for _ in self.days]
        self.options = [[n for n, day in enumerate(self.days) if could(day, job)] for job in self.jobs]

    def whole(self, state: "State") -> int:
        """What a plan costs, with what is left out of it."""
        return sum(state.costs) + sum(left_cost(self.jobs[n]) for n in state.left)

    def cost(self, day: int, route: Route) -> int | None:
        """What a day costs in this order; None: it cannot be done. It is remembered."""
        jobs = [self.jobs[n] for n in route]
        begins = timed(self.days[day], jobs)
        if begins is None:
            return None
        cost = cost_of(self.days[day], jobs, begins)
        known = self.seen[day].get(frozenset(route))
        if known is None or cost < known[0]:
            self.seen[day][frozenset(route)] = cost, route
        return cost

    def inserted(self, day: int, route: Route, job: int) -> tuple[int, Route] | None:
        """The cheapest order of a day with one more job, the others in their order; None: there is none."""
        key = day, route, job
        if key not in self.placed:
            found: tuple[int, Route] | None = None
            for place in range(len(route) + 1):
                longer = (*route[:place], job, *route[place:])
                cost = self.cost(day, longer)
                if cost is not None and (found is None or cost < found[0]):
                    found = cost, longer
            self.placed[key] = found
        return self.placed[key]


@dataclass
class State:
    """A plan: the route and cost of each day, and what has no place."""

    routes: list[Route]
    costs: list[int]
    left: list[int]

    def copy(self) -> "State":
        """Another of the same."""
        return State(list(self.routes), list(self.costs), list(self.left))


def search(pool: Pool, rng: Random, rounds: int) -> State:
    """The best plan that so many rounds find; the same for the same chance."""
    state = State([()] * len(pool.days), [0] * len(pool.days), list(range(len(pool.jobs))))
    _rebuild(pool, state, rng, blink=0.0)
    best = state.copy()
    for n in range(rounds if pool.jobs else 0):
        tried = state.copy()
        _ruin(pool, tried, rng)
        _rebuild(pool, tried, rng, blink=_BLINK)
        if pool.whole(tried) < pool.whole(state) + _WARM * (1 - n / rounds) * rng.random():
            state = tried
        if pool.whole(state) < pool.whole(best):
            best = state.copy()
    return best


def _ruin(pool: Pool, state: State, rng: Random) -> None:
    """This will tear out one job and those near it in place and time."""
    planned = [n for route in state.routes for n in route]
    if not planned:
        return
    seed = pool.jobs[rng.choice(planned)]

    def far(n: int) -> float:
        job = pool.jobs[n]
        apart = abs(job.earliest - seed.earliest) / 60
        return (kilometres(job.place, seed.place) + apart) * (0.5 + rng.random())

    torn = set(sorted(planned, key=far)[: rng.randint(_FEWEST, _MOST)])
    for day, route in enumerate(state.routes):
        if torn.intersection(route):
            state.routes[day] = tuple(n for n in route if n not in torn)
            state.costs[day] = pool.cost(day, state.routes[day]) or 0
    state.left += sorted(torn)


def _rebuild(pool: Pool, state: State, rng: Random, *, blink: float) -> None:
    """This will put in what has no place, what has fewest choices first, each where it is cheapest."""
    waiting = sorted(state.left, key=lambda n: (not pool.jobs[n].is_fixed, len(pool.options[n]), rng.random()))
    if blink and rng.random() < 0.5:
        rng.shuffle(waiting)
    state.left = []
    for job in waiting:
        best: tuple[int, int, tuple[int, Route]] | None = None
        for day in pool.options[job]:
            if blink and rng.random() < blink:
                continue
            found = pool.inserted(day, state.routes[day], job)
            if found is not None and (best is None or found[0] - state.costs[day] < best[0]):
                best = found[0] - state.costs[day], day, found
        if best is None:
            state.left.append(job)
        else:
            _more, day, (state.costs[day], state.routes[day]) = best
