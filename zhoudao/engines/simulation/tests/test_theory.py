"""Waits that queueing theory knows exactly."""

import math

import numpy as np
import pytest

from zhoudao.engines.simulation.calendars import ALWAYS, hours
from zhoudao.engines.simulation.distributions import Distribution, constant, exponential, gamma, lognormal
from zhoudao.engines.simulation.model import Arrivals, Model, Patience, Pool, Promise
from zhoudao.engines.simulation.results import Estimate, Results
from zhoudao.engines.simulation.simulating import record, simulate
from zhoudao.engines.simulation.tests.blocks import Block, model, seq, task

HOUR = 3600.0


def queue(
    people: int, rate: float, service: Distribution, patience: Patience | None = None, cases: int = 30_000
) -> Model:
    """One task; `rate` cases an hour."""
    block = task("t", service, "p", patience=patience)
    return model(block, (Pool("p", (ALWAYS,) * people),), Arrivals(gap=exponential(HOUR / rate), cases=cases))


def within(estimate: Estimate, truth: float, errors: float = 2.0) -> bool:
    return abs(estimate.mean - truth) <= errors * estimate.standard_error


def erlang_c(people: int, rate: float) -> float:
    """Mean wait in service times. Source: Erlang 1917."""
    blocked = 1.0
    for number in range(1, people + 1):
        blocked = rate * blocked / (number + rate * blocked)
    waits = people * blocked / (people - rate * (1 - blocked))
    return waits / (people - rate)


def erlang_a(people: int, rate: float, leaving: float) -> tuple[float, float]:
    """Mean wait in service times, of all, and the share that leaves. Source: Palm 1957, as a chain."""
    chances = [1.0]
    for number in range(1, 600):
        chances.append(chances[-1] * rate / (min(number, people) + leaving * max(number - people, 0)))
    waiting = sum((number - people) * chance for number, chance in enumerate(chances) if number > people) / sum(chances)
    return waiting / rate, leaving * waiting / rate


@pytest.mark.parametrize(("people", "rate"), [(5, 4.0), (2, 1.6), (20, 17.0)])
def test_waits_for_several_people_are_those_of_erlang_c(people: int, rate: float) -> None:
    results = simulate(queue(people, rate, exponential(HOUR)), replications=24, warm_up=300 * HOUR, seed=11)
    assert within(results["wait", "t"], erlang_c(people, rate) * HOUR)
    assert within(results["utilisation", "p"], rate / people, 3)
    assert not results.warnings


@pytest.mark.parametrize(("people", "rate", "leaving"), [(5, 6.0, 0.5), (3, 2.5, 2.0)])
def test_waits_and_those_who_leave_are_those_of_erlang_a(people: int, rate: float, leaving: float) -> None:
    made = queue(people, rate, exponential(HOUR), Patience(exponential(HOUR / leaving)))
    results = simulate(made, replications=24, warm_up=100 * HOUR, seed=2)
    wait, share = erlang_a(people, rate, leaving)
    assert within(results["wait", "t"], wait * HOUR)
    assert within(results["gave_up"], share)
    assert not results.warnings  # more comes than can be done, but who waits too long leaves: nothing grows


@pytest.mark.parametrize("service", [constant(HOUR), gamma(0.5, 2 * HOUR), lognormal(math.log(HOUR) - 0.32, 0.8)])
def test_waits_for_one_are_those_of_pollaczek_and_khinchine(service: Distribution) -> None:
    variance = {0: 0.0, 2: 2.0, 3: math.exp(0.64) - 1}[service.shape]  # of each, in squared means
    results = simulate(queue(1, 0.7, service), replications=24, warm_up=300 * HOUR, seed=8)
    assert within(results["wait", "t"], 0.7 * (1 + variance) / (2 * 0.3) * service.mean)


def test_cases_inside_are_how_fast_they_come_times_how_long_they_stay() -> None:
    results = simulate(queue(3, 2.4, exponential(HOUR)), replications=24, warm_up=200 * HOUR, seed=5)
    for mean, rate, time in zip(
        results.figures["open", ""], results.figures["throughput", ""], results.figures["cycle_mean", ""], strict=True
    ):
        assert mean == pytest.approx(rate * time / HOUR, rel=0.01)  # Little's law, but for who stands at the edges
    assert within(results["queue", "t"], erlang_c(3, 2.4) * 2.4)


def test_two_side_by_side_take_as_long_as_the_longer_and_a_race_as_the_shorter() -> None:
    rates = (1.0, 2.0)
    parts = tuple(task(f"t{rate}", exponential(HOUR / rate)) for rate in rates)
    arrivals = Arrivals(gap=exponential(HOUR), cases=20_000)
    both = simulate(model(Block("both", "and", parts), (), arrivals), seed=3)
    race = Block("race", "race", (task("x", constant(0)), task("y", constant(0))), times=tuple(
        exponential(HOUR / rate) for rate in rates
    ))  # fmt: skip
    first = simulate(model(race, (), arrivals), seed=3)
    assert within(both["cycle_mean"], (1 / 1 + 1 / 2 - 1 / 3) * HOUR)
    assert within(first["cycle_mean"], HOUR / 3)


def test_a_loop_goes_round_as_often_as_its_chance_says() -> None:
    block = Block("again", "loop", (task("t", exponential(HOUR)),), (0.4,))
    results = simulate(model(block, (), Arrivals(gap=exponential(HOUR), cases=20_000)), seed=4)
    assert within(results["cycle_mean"], HOUR / 0.6)


def test_the_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    truth, held = erlang_c(2, 1.2) * HOUR, 0
    for seed in range(100):
        found = simulate(queue(2, 1.2, exponential(HOUR), cases=3000), replications=10, warm_up=50 * HOUR, seed=seed)
        held += found["wait", "t"].low <= truth <= found["wait", "t"].high
    assert 87 <= held <= 99  # 95 % of 100, within four standard deviations of it


def test_a_working_day_makes_what_comes_at_night_wait_until_morning() -> None:
    office = hours(range(7), (9 * 60, 17 * 60))
    block = task("t", constant(3 * HOUR), "p")
    pools = (Pool("p", (office,), cost_per_hour=60.0),)
    made = model(
        block, pools, Arrivals(times=(2 * HOUR, 16 * HOUR, 16.5 * HOUR), seconds=24 * HOUR),
        promises=(Promise("day", 17 * HOUR), Promise("office", 6 * HOUR, hours=office)),
    )  # fmt: skip
    found = record(made)
    clock = (found.begun - made.begins) / HOUR / 1e6, (found.end - made.begins) / HOUR / 1e6
    assert clock[0].tolist() == [9, 16, 24 + 11]
    assert clock[1].tolist() == [12, 24 + 11, 24 + 14]  # the second rests from five to nine
    results: Results = simulate(made, replications=2)
    assert results["kept", "day"].mean == pytest.approx(1 / 3)
    assert results["kept", "office"].mean == 1.0  # 3, 3 and 5.5 hours of the office's time
    assert results["cost"].mean == pytest.approx(180.0)
    assert results["payroll"].mean == pytest.approx(480.0)
    assert results["utilisation", "p"].mean == pytest.approx((3 + 1) / 8)


def test_cases_come_as_the_hours_of_the_week_say() -> None:
    rates = tuple(12.0 if 9 <= hour % 24 < 17 and hour < 120 else 0.5 for hour in range(168))
    made = model(task("t", constant(1)), (), Arrivals(rates=rates, seconds=200 * 7 * 24 * HOUR))
    found = record(made, seed=6)
    seen = np.bincount((found.arrived - made.begins) // 3_600_000_000 % 168, minlength=168) / 200
    busy = np.array(rates) > 1
    assert seen[busy].mean() == pytest.approx(12, abs=4 * math.sqrt(12 / (200 * 40)))
    assert seen[~busy].mean() == pytest.approx(0.5, abs=4 * math.sqrt(0.5 / (200 * 128)))
    assert np.abs(seen - rates).max() < 5 * math.sqrt(12 / 200)
    gaps = np.diff(found.arrived[(found.arrived - made.begins) // 3_600_000_000 % 168 == 10])
    assert np.median(gaps) == pytest.approx(300e6 * math.log(2), rel=0.1)  # within a busy hour, without memory


def test_what_two_pools_may_do_is_done_by_the_first_with_somebody_free() -> None:
    block = seq(task("t", exponential(HOUR), "few", "many"))
    pools = (Pool("few", (ALWAYS,)), Pool("many", (ALWAYS,) * 4))
    results = simulate(model(block, pools, Arrivals(gap=exponential(HOUR / 4), cases=30_000)), replications=20, seed=7)
    assert within(results["wait", "t"], erlang_c(5, 4.0) * HOUR, 3)
    assert results["utilisation", "few"].mean > results["utilisation", "many"].mean
    assert results["offered", "few"].mean == results["offered", "many"].mean == pytest.approx(0.8, abs=0.01)
