"""What could never finish is said before or while it runs, with the place and what to do."""

from dataclasses import replace

import pytest

from zhoudao.engines.simulation.arriving import TooManyCases
from zhoudao.engines.simulation.calendars import ALWAYS, NEVER, Calendar, CalendarRefused, hours
from zhoudao.engines.simulation.checking import ModelRefused
from zhoudao.engines.simulation.distributions import constant, exponential
from zhoudao.engines.simulation.model import Arrivals, Batch, Does, Flow, Join, Model, Node, Pool, Promise, Split, Task
from zhoudao.engines.simulation.running import Limits, NeverFinishes, NothingToMeasure
from zhoudao.engines.simulation.simulating import simulate
from zhoudao.engines.simulation.tests.blocks import Block, model, seq, task

SOME = Arrivals(gap=exponential(600), cases=500)


def refused(made: Model, **more: object) -> str:
    with pytest.raises((ModelRefused, NeverFinishes)) as refusal:
        simulate(made, replications=1, **more)  # type: ignore[arg-type]  # whatever is given
    return str(refusal.value)


def test_a_task_that_nobody_can_do_is_named_with_its_pool() -> None:
    made = model(task("t", None, "p"), (Pool("p", ()),), SOME)
    said = refused(replace(made, names={"t": "Check"}))
    assert said == "“Check” (t): Nobody can ever do it: p has no people. Give the pool people with hours."
    assert "no working hours" in refused(model(task("t", None, "p"), (Pool("p", (NEVER,)),), SOME))
    assert "never ends" in refused(model(task("t", hours=NEVER), (), SOME))


def test_a_task_nobody_comes_to_needs_nobody() -> None:
    block = Block("x", "xor", (task("a"), task("b", None, "p")), (1.0, 0.0))
    assert simulate(model(block, (Pool("p", ()),), SOME), replications=1)["done", "a"].mean == 500


def test_a_circle_without_a_way_out_is_named() -> None:
    said = refused(model(Block("again", "loop", (task("t"),), (1.0,)), (), SOME))
    assert said.startswith("again.again, t, again: A case that comes here goes round for ever.")


def test_a_circle_in_which_no_time_passes_is_found_while_it_runs() -> None:
    nodes = (Node("a"), Node("x", split=Split.ONE), Node("e", Does.END))
    flows = (Flow("1", "a", "x"), Flow("2", "x", "a", 1 - 1e-9), Flow("3", "x", "e", 1e-9))
    assert "goes round there without any time passing" in refused(Model(nodes, flows, "a", SOME))


def test_a_circle_that_hardly_ends_is_stopped_by_the_limit_and_its_place_is_named() -> None:
    block = Block("again", "loop", (task("t", constant(60)),), (1 - 1e-9,))
    said = refused(model(block, (), SOME), limits=Limits(events=50_000))
    assert said.startswith("t: most of the work that is left is here, after 50,000 events")


def test_a_queue_that_grows_is_a_warning_with_the_pools_name_and_a_limit_stops_it() -> None:
    made = model(task("t", exponential(3600), "p"), (Pool("p", (ALWAYS,) * 5),), SOME)
    (warning,) = simulate(made).warnings
    assert warning.startswith("p: 119% of what these people can do comes to them; the queue grows")
    said = refused(model(task("t", exponential(3600), "p"), (Pool("p", (ALWAYS,)),), replace(SOME, cases=5000)),
                   limits=Limits(live=1000))  # fmt: skip
    assert said == "t: cases pile up here; more than 1,000 were open at the same moment."


def test_a_path_that_does_not_come_is_named_by_the_join_that_waits_for_it() -> None:
    nodes = (Node("x", split=Split.ONE), Node("j", join=Join.ALL), Node("e", Does.END))
    flows = (Flow("1", "x", "j", 0.5), Flow("2", "x", "j", 0.5), Flow("3", "j", "e"))
    assert refused(Model(nodes, flows, "x", SOME)) == "j: cases wait here for ever for a path that does not come."


def test_a_batch_that_does_not_fill_is_a_warning_and_loses_no_case() -> None:
    results = simulate(model(task("t", batch=Batch(7)), (), SOME), replications=3)
    assert results["unfinished"].mean == 500 % 7
    assert "3.0 cases wait for a batch that does not fill" in results.warnings[0]
    timed = simulate(model(task("t", batch=Batch(7, 3600)), (), SOME), replications=3)
    assert timed["unfinished"].mean == 0
    assert not timed.warnings


@pytest.mark.parametrize(
    ("arrivals", "said"),
    [
        (Arrivals(gap=constant(1)), "without end"),
        (Arrivals(), "not said once"),
        (Arrivals(gap=constant(1), rates=(1.0,) * 168, cases=1), "not said once"),
        (Arrivals(gap=constant(0), cases=1), "no time between"),
        (Arrivals(gap=constant(1), cases=0), "No case would come"),
        (Arrivals(rates=(1.0,) * 24, cases=1), "168 hours"),
        (Arrivals(rates=(0.0,) * 168, cases=1), "All rates are zero"),
        (Arrivals(times=(-1.0,)), "before the beginning"),
    ],
)
def test_how_cases_come_must_make_sense(arrivals: Arrivals, said: str) -> None:
    assert said in refused(model(task("t"), (), arrivals))


def test_what_does_not_fit_together_is_said_all_at_once() -> None:
    good = model(task("t", None, "p"), (Pool("p", (ALWAYS,)),), SOME)
    assert "names the element 'gone'" in refused(replace(good, flows=(*good.flows, Flow("f", "t", "gone"))))
    assert "Its pool 'p' is not there" in refused(replace(good, pools=()))
    assert "This id is used twice" in refused(replace(good, nodes=(*good.nodes, good.nodes[0])))
    split = Block("x", "xor", (task("a"), task("b")), (0.5, 0.4))
    assert "x: The chances of its flows sum to 0.9, not to one." in refused(model(split, (), SOME))
    some = replace(model(Block("o", "or", (task("a"), task("b")), (0.5, 0.5)), (), SOME))
    bare = replace(some, flows=tuple(replace(flow, default=False) for flow in some.flows))
    assert "none of its flows is taken" in refused(bare)
    wrong = replace(good, ranks=(0.5, 0.4), promises=(Promise("p1", 0),), pools=(Pool("p", (ALWAYS,), at_once=0),))
    said = refused(wrong)
    assert "do not sum to one" in said
    assert "above zero" in said
    assert "at least one thing" in said
    race = Block("r", "race", (task("a"), task("b")), times=(constant(1), constant(2)))
    made = model(race, (), SOME)
    never = replace(made, flows=tuple(replace(flow, chance=0.5) if flow.source == "r" else flow for flow in made.flows))
    assert "It may wait for ever" in refused(never)
    assert "Only a task says" in refused(replace(good, nodes=(Node("q", task=Task(constant(1))), *good.nodes)))


def test_nothing_to_measure_is_said() -> None:
    made = model(seq(task("t")), (), SOME)
    with pytest.raises(NothingToMeasure, match="after the warm-up"):
        simulate(made, warm_up=1e9)
    with pytest.raises(NothingToMeasure, match="at all"):
        simulate(replace(made, arrivals=Arrivals(gap=constant(900), seconds=600)))
    with pytest.raises(TooManyCases):
        simulate(replace(made, arrivals=Arrivals(gap=constant(0.001), seconds=1e7)))


def test_windows_that_are_no_week_are_refused_and_others_are_merged() -> None:
    assert Calendar(((50, 70), (0, 50), (60, 65))).windows == ((0, 70),)
    assert hours(range(7), (0, 1440)).is_always
    with pytest.raises(CalendarRefused):
        Calendar(((5, 5),))
    with pytest.raises(CalendarRefused):
        Calendar(((0, 10_081),))
