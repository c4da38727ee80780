"""Numbers by chance: of the distribution they are said to be, and the same wherever two scenarios agree."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from zhoudao.engines.simulation.calendars import ALWAYS
from zhoudao.engines.simulation.distributions import (
    Distribution,
    DistributionRefused,
    Shape,
    constant,
    empirical,
    exponential,
    gamma,
    lognormal,
    triangular,
    uniform,
    weibull,
)  # fmt: skip
from zhoudao.engines.simulation.model import Arrivals, Flow, Model, Node, Pool
from zhoudao.engines.simulation.results import compared
from zhoudao.engines.simulation.simulating import Trace, record, simulate
from zhoudao.engines.simulation.tests.blocks import Block, model, seq, task


def drawn(given: Distribution, count: int = 40_000) -> NDArray[np.float64]:
    """Times as a log shows them, in seconds."""
    found = record(model(task("t", given), (), Arrivals(gap=constant(1), cases=count)), seed=9)
    return np.asarray((found.end - found.begun) / 1e6)[np.argsort(found.case)]


@pytest.mark.parametrize(
    ("given", "law"),
    [
        (exponential(700), ("expon", (0, 700))),
        (gamma(0.4, 900), ("gamma", (0.4, 0, 900))),
        (gamma(3.5, 90), ("gamma", (3.5, 0, 90))),
        (lognormal(5, 1.3), ("lognorm", (1.3, 0, np.exp(5)))),
        (weibull(0.7, 300), ("weibull_min", (0.7, 0, 300))),
        (uniform(30, 90), ("uniform", (30, 60))),
        (triangular(10, 40, 200), ("triang", (30 / 190, 10, 190))),
    ],
)
def test_times_follow_their_law(given: Distribution, law: tuple[str, tuple[float, ...]]) -> None:
    from scipy import stats

    found = drawn(given)
    assert stats.kstest(found, law[0], args=law[1]).pvalue > 0.001
    assert found.mean() == pytest.approx(given.mean, rel=0.05)


def test_of_given_times_each_is_as_likely() -> None:
    values, counts = np.unique(drawn(empirical([1.5, 2.5, 2.5, 60])), return_counts=True)
    assert values.tolist() == [1.5, 2.5, 60]
    assert counts / counts.sum() == pytest.approx([0.25, 0.5, 0.25], abs=0.01)


@given(st.sampled_from(list(Shape)), st.lists(st.floats(allow_nan=True), max_size=4))
def test_numbers_that_make_no_distribution_are_refused_and_others_have_a_mean(shape: Shape, given: list[float]) -> None:
    try:
        made = Distribution(shape, tuple(given), tuple(given) if shape is Shape.EMPIRICAL else ())
    except DistributionRefused:
        return
    assert made.mean >= 0


@settings(deadline=None)
@given(st.sampled_from([exponential(9), gamma(2, 3), lognormal(1, 0.5), weibull(2, 9), empirical([1, 5])]))
def test_faster_makes_every_time_shorter_by_as_much(given: Distribution) -> None:
    assert drawn(given.times(0.7), 50) == pytest.approx(drawn(given, 50) * 0.7, abs=2e-6)


def two(people: int, fewer: bool = False) -> Model:
    """A step that all take and one that half of them take; with `fewer`, a step before them as well."""
    which = Block("which", "xor", (task("b", None, "p"), task("c")), (0.5, 0.5))
    block = seq(*([task("new")] if fewer else []), task("a", gamma(2, 900), "p"), which)
    return model(block, (Pool("p", (ALWAYS,) * people),), Arrivals(gap=exponential(2400), cases=2000))


def of(trace: Trace, name: str) -> dict[int, int]:
    """How long a task took each case."""
    rows = trace.task == trace.tasks.index(name)
    return dict(zip(trace.case[rows].tolist(), (trace.end - trace.begun)[rows].tolist(), strict=True))


def test_the_same_cases_meet_the_same_luck_in_another_scenario() -> None:
    one, other = record(two(2)), record(two(3, fewer=True))
    assert one.arrived.tolist() == other.arrived.tolist()
    assert of(one, "a") == of(other, "a")
    assert of(one, "b") == of(other, "b")  # so the same cases took that way, too
    assert record(two(2), seed=2).arrived.tolist() != one.arrived.tolist()


def test_shared_luck_makes_a_difference_clear_that_two_separate_runs_leave_open() -> None:
    before, after = two(3), two(3)
    after = replace(after, nodes=tuple(_quicker(node) for node in after.nodes))
    shared = compared(simulate(before), simulate(after))["cycle_mean", ""]
    apart = compared(simulate(before), simulate(after, seed=99))["cycle_mean", ""]
    assert shared.is_clear
    assert shared.mean < 0
    assert (shared.high - shared.low) * 5 < apart.high - apart.low


def _quicker(node: Node) -> Node:
    if node.task is None or node.id != "a":
        return node
    return replace(node, task=replace(node.task, service=node.task.service.times(0.95)))


def test_a_replication_is_the_same_whatever_runs_beside_it() -> None:
    few, many = simulate(two(3), replications=3), simulate(two(3), replications=6)
    for name, values in few.figures.items():
        assert np.array_equal(values, many.figures[name][:3], equal_nan=True)
    assert len(set(many.figures["cycle_mean", ""])) == 6


def test_only_replications_that_pair_are_compared() -> None:
    with pytest.raises(ValueError, match="same number"):
        compared(simulate(two(3), replications=2), simulate(two(3), replications=3))


def test_a_flow_keeps_its_luck_when_another_stands_before_it() -> None:
    made = two(3)
    turned = replace(made, flows=tuple(reversed(made.flows)))
    assert isinstance(turned.flows[0], Flow)
    assert of(record(made), "a") == of(record(turned), "a")
