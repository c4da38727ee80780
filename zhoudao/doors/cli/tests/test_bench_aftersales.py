"""The figures of after-sales: refunds that add up or are said not to, and the two flows with the same repairs."""

from dataclasses import replace

import pytest

from zhoudao.doors.cli.bench_aftersales import ask, deliver, give_back
from zhoudao.doors.cli.bench_repairs import SCENARIO, Step, arrivals, simulate
from zhoudao.rooms.aftersales.models import Purse
from zhoudao.rooms.orders.models import Order, OrderLine


def test_the_same_repairs_arrive_at_the_same_moments_whichever_flow_they_take() -> None:
    before, after = (simulate(key, SCENARIO, count=60, seed=7) for key in ("repair_before", "repair_after"))
    assert [one.began for one in before] == [one.began for one in after]
    assert [one.is_hard for one in before] == [one.is_hard for one in after]
    assert all(one.fixed and one.fixed > one.began for one in [*before, *after])


def test_every_repair_takes_the_steps_that_are_drawn_and_a_hard_one_is_visited_twice() -> None:
    scenario = replace(SCENARIO, hard=0.5)
    before, after = (simulate(key, scenario, count=60, seed=3) for key in ("repair_before", "repair_after"))
    assert {one.steps for one in before} == {12}
    for one in after:  # judge, work, hand; a quote; a check; once more where a second look was wanted
        again = 2 + (not one.is_covered) if one.is_hard else 0
        assert one.steps == 3 + (not one.is_covered) + one.is_away + again


def test_the_same_seed_is_the_same_figure_and_another_is_not() -> None:
    def hours(seed: int) -> list[float]:
        found = simulate("repair_before", SCENARIO, count=40, seed=seed)
        return [(one.fixed - one.began).total_seconds() for one in found if one.fixed]

    assert hours(1) == hours(1)
    assert hours(1) != hours(2)


@pytest.mark.parametrize(("engineers", "is_longer"), [(1, True), (40, False)])
def test_fewer_people_mean_longer_waits(engineers: int, is_longer: bool) -> None:
    def mean(people: int) -> float:
        scenario = replace(SCENARIO, people={**SCENARIO.people, "engineers": people})
        found = simulate("repair_after", scenario, count=80, seed=5)
        return sum((one.fixed - one.began).total_seconds() for one in found if one.fixed) / len(found)

    assert (mean(engineers) > 2 * mean(20)) == is_longer


def test_with_nobody_in_the_way_a_case_takes_what_its_steps_take() -> None:
    steps = {
        "repair_after": {**SCENARIO.steps["repair_after"], "work": Step("engineers", 6, is_look=True, is_fix=True)}
    }
    alone = replace(SCENARIO, an_hour=0.05, hard=0.0, uncovered=0.0, workshop=0.0, steps=steps)
    found = simulate("repair_after", alone, count=200, seed=9)
    one_day = [one for one in found if one.fixed and one.fixed.date() == one.began.date()]
    waited = [(one.fixed - one.began).total_seconds() / 60 - one.busy for one in one_day if one.fixed]
    assert len(one_day) > 150
    assert max(waited) < 0.01
    assert arrivals(alone, 5, 1) != arrivals(alone, 5, 2)


@pytest.mark.django_db
def test_a_few_orders_are_given_back_to_the_cent_and_a_cent_too_little_is_told() -> None:
    links = deliver(4)
    assert len({*links}) == 4
    assert len(ask(5)) == 5
    last = Order.objects.get(external_number="A-3")
    Purse.objects.create(order=last, taken_minor=last.total_minor - 1)
    wrong, refunds = give_back(4)
    pieces = sum(line.quantity for line in OrderLine.objects.filter(order__source="bench"))
    assert (wrong, refunds) == (f"{last.number}: {last.total_minor - 1} of {last.total_minor}", pieces)
