"""How many people where: the staffings that are worth choosing between, by what they cost and what they give.

Where all staffings within the bounds are few enough they are all simulated. Otherwise people are added one at a time,
each where it helps most for its cost (marginal allocation, Fox 1966: best for separable concave gains, a good way in
for others), from the fewest who can do the work; then people are moved, taken away and added around every plan that is
not beaten, until nothing better is found or the budget is used up. Every plan meets the same cases with the same luck,
and a dearer plan is worth choosing only where it is surely better than the cheaper one before it.

Source: B. Fox, Discrete optimization via marginal analysis, Management Science 13 (1966) 210–216; common random numbers
in ranking and selection: S.-H. Kim and B. L. Nelson, Selecting the best system, in Simulation (2006).
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from zhoudao.engines.simulation.calendars import Calendar
from zhoudao.engines.simulation.checking import ModelRefused
from zhoudao.engines.simulation.measuring import Name
from zhoudao.engines.simulation.model import Model
from zhoudao.engines.simulation.results import Estimate, Results, estimate
from zhoudao.engines.simulation.running import LIMITS, Limits, NeverFinishes
from zhoudao.engines.simulation.simulating import simulate

People = tuple[int, ...]
"""How many in each place, in the places' order."""


@dataclass(frozen=True, slots=True)
class Place:
    """From `least` to `most` people of one pool. `ranks` are the hours of those who come first; whoever comes after
    them has the hours of the first.
    """

    pool: str
    ranks: tuple[Calendar, ...]
    least: int
    most: int
    cost_per_hour: float

    def people(self, count: int) -> tuple[Calendar, ...]:
        """Their hours, when there are so many."""
        return self.ranks[:count] + self.ranks[:1] * (count - len(self.ranks))

    def minutes(self, count: int) -> int:
        """Of a week, altogether."""
        return sum(hours.minutes for hours in self.people(count))

    def week_cost(self, count: int) -> float:
        """Money; hours where an hour costs nothing, so that people are never free."""
        return self.minutes(count) / 60 * (self.cost_per_hour or 1.0)


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be made better: a figure, and whether more of it is better than less."""

    name: Name
    is_more_better: bool = False

    def loss(self, results: Results) -> NDArray[np.float64]:
        """Of each replication, less is better; nothing to measure counts as endless."""
        values = np.asarray(results.figures[self.name], np.float64)
        return np.nan_to_num(-values if self.is_more_better else values, nan=math.inf)


@dataclass(frozen=True, eq=False)
class Plan:
    """A staffing with what a week of it costs and, by replication, what it gives as a loss (less is better)."""

    people: People
    week_cost: float
    losses: NDArray[np.float64]
    can_do: bool
    """Whether less work comes than these people can do; else queues grow without end."""

    def value(self, aim: Aim) -> Estimate:
        """What it gives, in the figure's own sense."""
        return estimate(-self.losses if aim.is_more_better else self.losses)

    @property
    def loss(self) -> float:
        """The mean."""
        return float(self.losses.mean())


@dataclass(frozen=True, eq=False)
class Staffings:
    """`front`: the plans worth choosing between, the cheapest first; `tried`: all that were simulated; `is_all`:
    whether that was every staffing within the bounds.
    """

    front: tuple[Plan, ...]
    tried: tuple[Plan, ...]
    is_all: bool


@dataclass(frozen=True, kw_only=True)
class Search:
    """How to search: no more than `budget` plans, each simulated `replications` times."""

    aim: Aim
    budget: int = 200
    replications: int = 10
    warm_up: float = 0.0
    seed: int = 1
    limits: Limits = LIMITS


def places(model: Model, *, most: Callable[[int], int], apart: int = 2) -> tuple[Place, ...]:
    """A place for each pool; where its people have different hours, but no more than `apart`, one for each of these.
    `most` is told how many there are, and says how many there may be.
    """
    found = []
    for pool in model.pools:
        kinds = list(dict.fromkeys(pool.people))
        if 1 < len(kinds) <= apart:
            counts = ((hours, pool.people.count(hours)) for hours in kinds)
            found += [Place(pool.id, (hours,), 0, most(count), pool.cost_per_hour) for hours, count in counts]
        elif kinds:
            ranks = pool.people if len(kinds) > 1 else pool.people[:1]
            found.append(Place(pool.id, ranks, 1, most(len(pool.people)), pool.cost_per_hour))
    return tuple(found)


def needed(model: Model, given: Sequence[Place], offered: Mapping[str, float]) -> tuple[Place, ...]:
    """The same places, each with no fewer than the work that came needs: `offered` is by pool the work as a share of
    what its people can do now. Pools that share a step, or stand at several places, keep their least.
    """
    shared = {name for node in model.nodes if node.task and len(node.task.pools) > 1 for name in node.task.pools}
    names = [place.pool for place in given]
    free = {name for name in names if name not in shared and names.count(name) == 1}
    minutes = {pool.id: sum(hours.minutes for hours in pool.people) for pool in model.pools}
    return tuple(
        _able(place, offered.get(place.pool, 0.0) * minutes[place.pool]) if place.pool in free else place
        for place in given
    )


def _able(place: Place, work: float) -> Place:
    """With no fewer than can do so many minutes of work a week."""
    least = place.least
    while place.minutes(least) <= work and place.ranks[0].minutes:
        least += 1
    return replace(place, least=least, most=max(place.most, least))


def staffed(model: Model, given: Sequence[Place], people: People) -> Model:
    """The model with so many people in each place; pools that are no place keep theirs."""
    by_pool: dict[str, tuple[Calendar, ...]] = {}
    for place, count in zip(given, people, strict=True):
        by_pool[place.pool] = by_pool.get(place.pool, ()) + place.people(count)
    return replace(
        model, pools=tuple(replace(pool, people=by_pool.get(pool.id, pool.people)) for pool in model.pools)
    )  # fmt: skip


def staffings(
    model: Model, given: Sequence[Place], search: Search, *, heard: Callable[[float], None] = lambda share: None
) -> Staffings:
    """The plans worth choosing between. `heard` is told the share of the budget that is used.

    Raises: NothingToMeasure, TooManyCases (a plan that can never finish counts as one that cannot do the work).
    """
    tried = _Tried(model, given, search, heard)
    count = math.prod(place.most - place.least + 1 for place in given)
    if count <= search.budget:
        for people in product(*(range(place.least, place.most + 1) for place in given)):
            tried.plan(people)
    else:
        _climb(tried)
        _look_around(tried)
    heard(1.0)
    plans = tuple(sorted(tried.plans.values(), key=lambda plan: (plan.week_cost, plan.people)))
    return Staffings(tuple(worth_choosing(plans)), plans, is_all=count <= search.budget)


def worth_choosing(plans: Iterable[Plan]) -> Iterator[Plan]:
    """The cheapest that can do the work, and each dearer one that is surely better than the one before it."""
    last: Plan | None = None
    for plan in _unbeaten(plans):
        if last is None or estimate(plan.losses - last.losses).high < 0:
            yield plan
            last = plan


def cheapest(front: Sequence[Plan], aim: Aim, target: float) -> Plan | None:
    """The first plan whose value is at least as good as the target; nothing where none is."""
    limit = -target if aim.is_more_better else target
    return next((plan for plan in front if plan.loss <= limit), None)


def best(front: Sequence[Plan], week_cost: float) -> Plan | None:
    """The best plan that costs no more; nothing where all do."""
    return next((plan for plan in reversed(front) if plan.week_cost <= week_cost), None)


def _unbeaten(plans: Iterable[Plan]) -> Iterator[Plan]:
    """Those to which no other is as cheap and as good, the cheapest first."""
    least = math.inf
    able = [plan for plan in plans if plan.can_do and plan.loss < math.inf]
    for plan in sorted(able, key=lambda plan: (plan.week_cost, plan.loss, plan.people)):
        if plan.loss < least:
            least = plan.loss
            yield plan


class _Tried:
    """Simulates plans, each once, while the budget lasts."""

    def __init__(self, model: Model, given: Sequence[Place], search: Search, heard: Callable[[float], None]) -> None:
        self.model, self.given, self.search, self.heard = model, given, search, heard
        self.plans: dict[People, Plan] = {}

    @property
    def is_over(self) -> bool:
        return len(self.plans) >= self.search.budget

    def plan(self, people: People) -> Plan | None:
        """Nothing where it is out of bounds, or the budget is used up."""
        if people not in self.plans:
            if self.is_over or not all(p.least <= n <= p.most for p, n in zip(self.given, people, strict=True)):
                return None
            self.plans[people] = self._simulated(people)
            self.heard(len(self.plans) / self.search.budget)
        return self.plans[people]

    def _simulated(self, people: People) -> Plan:
        search = self.search
        cost = sum(place.week_cost(count) for place, count in zip(self.given, people, strict=True))
        model = staffed(self.model, self.given, people)
        try:
            results = simulate(
                model, replications=search.replications, warm_up=search.warm_up, seed=search.seed,
                limits=search.limits,
            )  # fmt: skip
        except (ModelRefused, NeverFinishes):
            return Plan(people, cost, np.full(search.replications, math.inf), can_do=False)
        return Plan(people, cost, search.aim.loss(results), can_do=not results.warnings)


def _climb(tried: _Tried) -> None:
    """From the fewest, one more at a time where it helps most for its cost, until nothing more helps surely."""
    here = tried.plan(tuple(place.least for place in tried.given))
    while here is not None:
        gains = []
        for place in range(len(tried.given)):
            plan = tried.plan(_moved(here.people, place, 1))
            if plan is not None:
                gains.append((_gain(here, plan) / (plan.week_cost - here.week_cost), plan))
        found = max(gains, key=lambda each: (each[0], each[1].people), default=None)
        here = found[1] if found and found[0] > 0 else None


def _gain(before: Plan, after: Plan) -> float:
    """By how much it is better; any plan that can be done is endlessly better than one that cannot."""
    if before.loss == math.inf or not before.can_do:
        return math.inf if after.can_do else 1e-9
    difference = estimate(before.losses - after.losses)
    return difference.mean if not difference.low < 0 else 0.0


def _look_around(tried: _Tried) -> None:
    """Beside every plan that is not beaten: one more, one less, one moved from here to there."""
    seen = set[People]()
    while not tried.is_over:
        fresh = [plan for plan in _unbeaten(tried.plans.values()) if plan.people not in seen]
        if not fresh:
            return
        for plan in fresh:
            seen.add(plan.people)
            for people in _beside(plan.people):
                tried.plan(people)


def _beside(people: People) -> Iterator[People]:
    every = range(len(people))
    for place in every:
        yield _moved(people, place, -1)
        yield _moved(people, place, 1)
    for one, other in product(every, every):
        if one != other:
            yield _moved(_moved(people, one, -1), other, 1)


def _moved(people: People, place: int, more: int) -> People:
    return (*people[:place], people[place] + more, *people[place + 1 :])
