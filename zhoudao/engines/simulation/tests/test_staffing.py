"""Staffings: what is found is what trying everything finds, and what queueing theory asks for."""

import math
from itertools import product

import pytest

from zhoudao.engines.simulation.calendars import ALWAYS, hours
from zhoudao.engines.simulation.distributions import exponential, gamma
from zhoudao.engines.simulation.model import Arrivals, Model, Pool, Promise
from zhoudao.engines.simulation.simulating import simulate
from zhoudao.engines.simulation.staffing import (
    Aim,
    People,
    Place,
    Plan,
    Search,
    best,
    cheapest,
    needed,
    places,
    staffed,
    staffings,
    worth_choosing,
)
from zhoudao.engines.simulation.tests.blocks import model, seq, task
from zhoudao.engines.simulation.tests.test_theory import HOUR, erlang_c, queue

SHORT = Aim(("cycle_p90", ""))


def office(first: int = 1, second: int = 1) -> Model:
    """Two steps by two pools; the second work costs three times as much."""
    block = seq(task("a", exponential(0.8 * HOUR), "cheap"), task("b", gamma(2, 0.6 * HOUR), "dear"))
    pools = (Pool("cheap", (ALWAYS,) * first, 10), Pool("dear", (ALWAYS,) * second, 30))
    return model(block, pools, Arrivals(gap=exponential(HOUR / 2), cases=1500))


def bounded(made: Model, least: tuple[int, ...], most: tuple[int, ...]) -> tuple[Place, ...]:
    found = places(made, most=lambda now: now)
    return tuple(
        Place(each.pool, each.ranks, low, high, each.cost_per_hour)
        for each, low, high in zip(found, least, most, strict=True)
    )


@pytest.mark.parametrize(("rate", "wait"), [(4.0, 0.2), (9.0, 0.05), (2.5, 0.5)])
def test_the_fewest_who_keep_a_wait_are_as_many_as_erlang_says(rate: float, wait: float) -> None:
    least = math.floor(rate) + 1
    right = next(people for people in range(least, 60) if erlang_c(people, rate) <= wait)
    made, aim = queue(1, rate, exponential(HOUR), cases=20_000), Aim(("wait", "t"))
    given = bounded(made, (least,), (least + 8,))
    search = Search(aim=aim, replications=8, warm_up=200 * HOUR, seed=4)
    found = staffings(made, given, search)
    assert found.is_all
    plan = cheapest(found.front, aim, wait * HOUR)
    assert plan is not None
    assert plan.people == (right,)
    assert plan.value(aim).mean == pytest.approx(erlang_c(right, rate) * HOUR, rel=0.25)


def test_one_step_at_a_time_finds_what_trying_everything_finds() -> None:
    made = office()
    given = bounded(made, (2, 3), (7, 7))
    whole = staffings(made, given, Search(aim=SHORT, budget=30, replications=8, seed=2))
    stepped = staffings(made, given, Search(aim=SHORT, budget=29, replications=8, seed=2))
    assert (whole.is_all, len(whole.tried), stepped.is_all) == (True, 30, False)
    assert len(stepped.tried) < 30
    slow: dict[People, tuple[float, float]] = {}
    for people in product(range(2, 8), range(3, 8)):
        results = simulate(staffed(made, given, people), replications=8, seed=2)
        slow[people] = (results["cycle_p90"].mean, 168 * (10 * people[0] + 30 * people[1]))
    for plan in whole.tried:
        assert (plan.loss, plan.week_cost) == slow[plan.people]
    unbeaten = {
        people for people, (loss, cost) in slow.items()
        if not any((a <= loss and b < cost) or (a < loss and b <= cost) for a, b in slow.values())
    }  # fmt: skip
    assert {plan.people for plan in whole.front} <= unbeaten
    assert [plan.people for plan in stepped.front] == [plan.people for plan in whole.front]


def test_costs_rise_and_times_fall_along_the_front_and_every_step_is_sure() -> None:
    made = office()
    found = staffings(made, bounded(made, (2, 3), (9, 9)), Search(aim=SHORT, budget=40, replications=8, seed=3))
    assert not found.is_all
    assert len(found.front) > 3
    for one, other in zip(found.front, found.front[1:], strict=False):
        assert one.week_cost < other.week_cost
        assert one.loss > other.loss
    assert best(found.front, found.front[1].week_cost + 1) is found.front[1]
    assert best(found.front, 1.0) is None
    assert list(worth_choosing(found.tried)) == list(found.front)


def test_more_of_a_kept_promise_is_better_and_what_cannot_do_the_work_is_left_out() -> None:
    made = queue(3, 4.0, exponential(HOUR), cases=2000)
    made = Model(**{**made.__dict__, "promises": (Promise("soon", 2 * HOUR),)})
    aim = Aim(("kept", "soon"), is_more_better=True)
    found = staffings(made, bounded(made, (3,), (8,)), Search(aim=aim, replications=6))
    unable = next(plan for plan in found.tried if plan.people == (3,))
    assert not unable.can_do
    assert unable not in found.front
    kept = [plan.value(aim).mean for plan in found.front]
    assert kept == sorted(kept)
    plan = cheapest(found.front, aim, 0.8)
    assert plan is not None
    assert plan.value(aim).mean >= 0.8
    assert cheapest(found.front, aim, 1.01) is None


def test_nobody_is_planned_below_what_the_work_needs_and_hours_keep_apart() -> None:
    day, night = hours(range(7), (480, 1200)), hours(range(7), (0, 480))
    block = seq(task("a", exponential(HOUR), "mixed"), task("b", exponential(HOUR), "plain"))
    pools = (Pool("mixed", (day, day, night), 10), Pool("plain", (ALWAYS,) * 4, 10))
    made = model(block, pools, Arrivals(gap=exponential(HOUR / 2), cases=100))
    found = needed(made, places(made, most=lambda now: now + 2), {"mixed": 0.9, "plain": 0.5})
    assert [(each.pool, each.ranks, each.least, each.most) for each in found] == [
        ("mixed", (day,), 0, 4), ("mixed", (night,), 0, 3), ("plain", (ALWAYS,), 3, 6),
    ]  # fmt: skip
    fewer = staffed(made, found, (1, 2, 3))
    assert [pool.people for pool in fewer.pools] == [(day, night, night), (ALWAYS,) * 3]
    assert found[0].week_cost(3) == 3 * 12 * 7 * 10


def test_people_of_many_hours_stand_in_one_line_the_first_of_whom_is_like_who_comes_after() -> None:
    day, late, night = hours(range(7), (480, 1200)), hours(range(7), (600, 1320)), hours(range(7), (0, 480))
    made = model(task("a", exponential(HOUR), "p"), (Pool("p", (day, late, night)),), Arrivals(exponential(1), cases=9))
    (line,) = needed(made, places(made, most=lambda now: now + 2), {"p": 0.7})
    assert (line.ranks, line.least, line.most) == ((day, late, night), 2, 5)
    assert [line.people(count) for count in (2, 3, 5)] == [
        (day, late),
        (day, late, night),
        (day, late, night, day, day),
    ]
    assert line.week_cost(2) == 24 * 7, "hours, where an hour costs nothing"


def test_a_plan_that_never_ends_is_one_that_cannot_do_the_work() -> None:
    made = office()
    found = staffings(made, bounded(made, (0, 3), (2, 3)), Search(aim=SHORT, replications=3))
    nobody = next(plan for plan in found.tried if plan.people == (0, 3))
    assert (nobody.can_do, nobody.loss) == (False, math.inf)
    assert all(isinstance(plan, Plan) and plan.people[0] == 2 for plan in found.front)
