"""Whether what is simulated can be trusted, on the recorded logs of two processes and on made ones."""

from pathlib import Path

import pytest

from zhoudao.conduct.insight.drawing import drawn
from zhoudao.conduct.insight.tests.test_calibrating import flow, truth, written
from zhoudao.conduct.insight.validating import WITHIN, TooFewCases, halves, validated
from zhoudao.engines.mining.log import Log
from zhoudao.engines.mining.reading import read_log

LOGS = Path(__file__).resolve().parents[4].parent / "shared" / "data" / "logs"


def recorded(name: str) -> Log:
    path = LOGS / f"{name}.csv.gz"
    if not path.exists():
        pytest.skip(f"the recorded log {path} is not here")
    return read_log(path, zone="UTC").log


@pytest.mark.parametrize(("name", "most"), [("insurance_claims", 0.9), ("purchasing", 1.2)])
def test_simulated_cycle_times_are_as_near_as_the_logs_own_halves(name: str, most: float) -> None:
    """The bound of the product is one and a half; what was reached is kept."""
    found = validated(None, recorded(name), zone="UTC")
    assert found.is_within("cycle_time")
    assert found.ratio("cycle_time") <= most < WITHIN
    assert found.ratio("congestion") <= WITHIN
    assert found.ratio("relative") <= WITHIN


def test_a_process_that_does_not_change_is_foretold_from_its_earlier_half() -> None:
    found = validated(flow(), written(truth()), zone="UTC")
    (_, real, ours) = found.cycle_hours
    assert ours[0] == pytest.approx(real[0], rel=0.25)
    assert ours[1] == pytest.approx(real[1], rel=0.25)
    assert found.simulated.control_flow < 0.05


def test_the_log_is_held_against_itself_by_chance_too() -> None:
    log = written(truth())
    found = validated(flow(), log, zone="UTC")
    assert 0 < found.by_chance < found.cycle_hours[1][1]
    assert found.train_cases + found.test_cases == len(log.cases)


def test_halves_are_parted_by_when_cases_began_and_share_none() -> None:
    log = written(truth())
    earlier, later = halves(log)
    assert not set(earlier.cases) & set(later.cases)
    assert earlier.begun is not None
    assert later.begun is not None
    assert earlier.begun[earlier.offsets[:-1]].max() <= later.begun[later.offsets[:-1]].min()


def test_ten_cases_are_not_enough() -> None:
    few = written(truth() | {"arrivals": {"per_hour": 1, "cases": 10}})
    with pytest.raises(TooFewCases, match="fewer than 40"):
        validated(flow(), few, zone="UTC")


def test_the_flow_that_writes_logs_most_like_it_is_drawn() -> None:
    log = written(truth())
    found = drawn(log, "found")
    assert {node.name for node in found.graph.nodes if node.name} >= {"Ask", "Mend", "Tell"}
    assert found.distance < 0.05
    assert found.fitting == 1
    assert drawn(log, "found").content == found.content
