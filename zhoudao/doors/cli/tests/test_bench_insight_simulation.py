"""The bench of simulations asks its peers for the very flow it simulates itself, and says when they are not there."""

import json
import sys

import pytest

from zhoudao.doors.cli import Refused, bench_insight_simulation
from zhoudao.doors.cli.bench_insight_simulation import GATEWAYS, PEERS, TASKS, drawing, ours
from zhoudao.engines.simulation.simulating import record

FAKE = (
    "import json, sys\nprint('chatter')\nprint(json.dumps({'cpu': 1.0, 'mean': len(json.loads(sys.argv[1])['tasks'])}))"
)


def test_what_peers_are_asked_leads_through_the_same_tasks_as_often() -> None:
    asked = bench_insight_simulation._asked(1, 400.0, 0)
    expected = dict.fromkeys(TASKS, 0.0)
    weights = {asked["start"]: 1.0}
    while sum(weights.values()) > 1e-9:
        following: dict[str, float] = {}
        for name, weight in weights.items():
            expected[name] += weight
            for chance, other in asked["next"][name]:
                if other is not None:
                    following[other] = following.get(other, 0.0) + weight * chance
        weights = following
    found = record(ours(20_000, calendars=False, gap=400.0))
    for task, times in expected.items():
        assert (found.task == found.tasks.index(task)).sum() / 20_000 == pytest.approx(times, rel=0.03), task
    assert all(f'id="{way}"' in drawing() for ways in GATEWAYS.values() for way in ways)


def test_a_peers_last_line_is_what_it_found(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(bench_insight_simulation, "PEERS", tmp_path)
    (PEERS.__class__(str(tmp_path)) / "simpy.txt").write_text(FAKE)
    found = bench_insight_simulation._theirs("SimPy", sys.executable, bench_insight_simulation._asked(1, 400.0, 0))
    assert json.dumps(found) == '{"cpu": 1.0, "mean": 10}'


def test_a_peer_that_is_not_there_is_said() -> None:
    for python in ("/nowhere/python", sys.executable):
        with pytest.raises(Refused, match="SimPy could not be run by"):
            bench_insight_simulation._theirs("SimPy", python, bench_insight_simulation._asked(1, 400.0, 0))
