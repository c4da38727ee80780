"""The engine and the slow simulator, fed with the same luck, write the same log to the microsecond."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhoudao.engines.simulation.calendars import ALWAYS, Calendar, hours
from zhoudao.engines.simulation.distributions import (
    Distribution,
    constant,
    empirical,
    exponential,
    gamma,
    lognormal,
    triangular,
    uniform,
    weibull,
)  # fmt: skip
from zhoudao.engines.simulation.model import Arrivals, Batch, Boundary, Delay, Model, Patience, Pool
from zhoudao.engines.simulation.simulating import record, simulate
from zhoudao.engines.simulation.tests.blocks import Block, model, seq, task
from zhoudao.engines.simulation.tests.slow import World

OFFICE = hours(range(5), (9 * 60, 12 * 60), (13 * 60, 17 * 60 + 30))
NIGHT = Calendar(((1200, 2000), (5000, 5100), (9000, 10_080), (0, 300)))
POOLS = (Pool("desk", (OFFICE, OFFICE, ALWAYS)), Pool("back", (NIGHT, OFFICE), at_once=2), Pool("all", (ALWAYS,)))
Row = tuple[int, str, int, int, int, int]


def logs(made: Model, block: Block, seed: int = 3) -> tuple[list[Row], list[Row], Any, World]:
    """What the engine and what the slow one writes, sorted; and all they know."""
    found = record(made, seed=seed)
    slow = World(made, block, seed=seed, turn=0, times=[int(time) for time in found.arrived])
    slow.run()
    columns = (found.case, found.task, found.person, found.enabled, found.begun, found.end)
    ours = [(int(c), found.tasks[t], int(p), int(e), int(b), int(d)) for c, t, p, e, b, d in zip(*columns, strict=True)]
    return sorted(ours), sorted(slow.log), found, slow


def same(made: Model, block: Block, seed: int = 3) -> None:
    ours, theirs, found, slow = logs(made, block, seed)
    assert ours == theirs
    assert ours
    assert {case: int(at) for case, at in enumerate(found.ended) if at >= 0} == slow.ended


def arrivals(cases: int = 200, gap: float = 2400) -> Arrivals:
    return Arrivals(gap=exponential(gap), cases=cases)


def test_people_with_hours_put_work_down_and_take_it_up_again() -> None:
    block = seq(task("a", lognormal(8, 1), "desk"), task("b", gamma(2, 3000), "back", "desk"))
    same(model(block, POOLS, arrivals(400)), block)


def test_the_important_and_the_urgent_come_first_then_who_waits_longest() -> None:
    block = seq(
        task("a", weibull(1.5, 5000), "desk"), task("b", exponential(3000), "desk", urgency=2),
        task("c", uniform(10, 9000), "all", "desk", urgency=1),
    )  # fmt: skip
    same(model(block, POOLS, arrivals(300, 3000), ranks=(0.2, 0.5, 0.3)), block)


def test_batches_fill_by_number_or_by_time() -> None:
    block = seq(
        task("a", exponential(500)), task("b", exponential(5000), "back", batch=Batch(4, 7200.5)),
        task("c", exponential(500), batch=Batch(3, 20_000.25)),
    )  # fmt: skip
    same(model(block, POOLS, arrivals(), ranks=(0.5, 0.5)), block)


def test_who_loses_patience_leaves() -> None:
    block = seq(task("a", exponential(9000), "desk", patience=Patience(exponential(7200))), task("b", None, "all"))
    ours, theirs, _, slow = logs(model(block, POOLS, arrivals(300, 2000)), block)
    assert ours == theirs
    assert slow.gave_up
    assert len(slow.gave_up) + len({row[0] for row in ours if row[1] == "b"}) == 300


@pytest.mark.parametrize("interrupting", [True, False])
def test_what_nobody_here_can_hasten_passes_before_the_work_within_its_hours(interrupting: bool) -> None:
    patience = Patience(exponential(20_000))
    alone = task("a", exponential(4000), "desk", delay=Delay(lognormal(9, 1), OFFICE), patience=patience)
    together = Block(
        "b", "task", task=task("b", None, "back", delay=Delay(exponential(9000)), batch=Batch(3, 5000.5)).task,
        bound=Boundary("b", exponential(12_000), 0.6, interrupting), aside=task("late", None, "all"),
    )  # fmt: skip
    block = seq(alone, Block("both", "and", (together, task("c", delay=Delay(uniform(0, 9000), NIGHT)))))
    same(model(block, POOLS, arrivals(300, 3000), ranks=(0.4, 0.6)), block)


def test_a_delay_is_part_of_the_wait_and_holds_nobody() -> None:
    block = seq(task("a", constant(60), "all", delay=Delay(constant(3600))))
    made = model(block, POOLS, Arrivals(gap=constant(120), cases=50))
    found = simulate(made, replications=1)
    assert found["wait", "a"].mean == 3600
    assert found["cycle_mean"].mean == 3660


def test_side_by_side_some_and_round_again() -> None:
    two = Block("both", "and", (task("a", None, "desk"), task("b", None, "back", "all")))
    some = Block("some", "or", (task("c", None, "all"), two, task("d")), (0.3, 0.4, 0.5))
    again = Block("again", "loop", (some,), (0.3,))
    block = seq(again, Block("which", "xor", (task("e"), task("f", None, "desk")), (0.25, 0.75)))
    same(model(block, POOLS, arrivals(300, 9000)), block)


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_clock_at_the_edge_of_a_step_or_of_a_subprocess_rings(interrupting: bool) -> None:
    bound = Boundary("a", exponential(6000), 0.6, interrupting)
    step = Block(
        "a", "task", task=task("a", exponential(7000), "desk").task, bound=bound, aside=task("late", None, "all")
    )
    inner = Block("both", "and", (step, task("b", None, "back", batch=Batch(3, 4000.5))))
    around = Block("sub", "scope", (inner,), bound=Boundary("sub", exponential(20_000), 0.5, interrupting))
    wait = Block("race", "race", (task("x"), task("y", None, "all")), times=(exponential(9000), exponential(5000)))
    block = seq(around, wait)
    same(model(block, POOLS, arrivals(300, 4000)), block)


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_clock_within_a_subprocess_that_was_given_up_does_not_ring(interrupting: bool) -> None:
    inner = Block("in", "scope", (task("a", exponential(3000)),), aside=task("late", exponential(3000)),
                  bound=Boundary("in", exponential(3000), 0.5, interrupting))  # fmt: skip
    around = Block("out", "scope", (inner,), aside=task("instead", exponential(3000)),
                   bound=Boundary("out", exponential(3000), 0.5, True))  # fmt: skip
    same(model(around, POOLS, arrivals(300, 5000)), around)


TIMES = st.sampled_from(
    [exponential(3000), gamma(0.6, 5000), lognormal(7, 1.2), weibull(0.8, 4000), uniform(5, 8000),
     triangular(60, 900, 20_000), empirical([11.25, 400.5, 9001.125])]
)  # fmt: skip


def _tasks(names: Any) -> st.SearchStrategy[Block]:
    pools = st.sampled_from([(), ("desk",), ("back",), ("all", "desk"), ("back", "all")])

    def make(
        service: Distribution, pools: tuple[str, ...], urgency: int, batch: Batch | None, delay: Delay | None
    ) -> Block:
        return task(next(names), service, *pools, urgency=urgency, batch=batch, delay=delay)

    batches = st.sampled_from([None, None, Batch(2, 5000.5), Batch(5, 900.75)])
    delays = st.one_of(st.none(), st.builds(Delay, TIMES, st.sampled_from([None, OFFICE, NIGHT])))
    return st.builds(make, TIMES, pools, st.integers(0, 2), batches, delays)


def _blocks(names: Any) -> st.SearchStrategy[Block]:
    def wider(parts: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
        pair = st.tuples(parts, parts)
        return st.one_of(
            st.builds(lambda two: seq(*two), pair),
            st.builds(lambda two, p: Block(next(names), "xor", two, (p, 1 - p)), pair, st.sampled_from([0.2, 0.5])),
            st.builds(lambda two: Block(next(names), "and", two), pair),
            st.builds(lambda two, p: Block(next(names), "or", two, (p, 0.4)), pair, st.sampled_from([0.0, 0.7])),
            st.builds(lambda part: Block(next(names), "loop", (part,), (0.3,)), parts),
            st.builds(lambda two, one, other: Block(next(names), "race", two, times=(one, other)), pair, TIMES, TIMES),
            st.builds(_scoped(names), parts, st.booleans(), TIMES),
        )

    return st.recursive(_tasks(names), wider, max_leaves=6)


def _scoped(names: Any) -> Any:
    def make(part: Block, interrupting: bool, after: Distribution) -> Block:
        name = next(names)
        return Block(name, "scope", (part,), bound=Boundary(name, after, 0.5, interrupting), aside=task(next(names)))

    return make


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])  # the first call compiles
@given(st.data(), st.integers(0, 1 << 40))
def test_any_process_is_walked_alike(data: st.DataObject, seed: int) -> None:
    block = data.draw(_blocks(iter(f"n{number}" for number in range(1000))))
    same(model(block, POOLS, arrivals(60, 5000), ranks=(0.3, 0.7)), block, seed)
