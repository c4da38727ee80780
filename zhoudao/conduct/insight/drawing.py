"""A flow from a log that a simulation can begin with: of several that can be discovered, the one that writes logs most
like it.
"""

from dataclasses import dataclass
from typing import Any

from zhoudao.conduct.insight.choosing import events, gateways
from zhoudao.conduct.insight.conforming import conformance
from zhoudao.conduct.insight.flow_file import to_bpmn
from zhoudao.conduct.insight.scenario import read
from zhoudao.conduct.insight.simulated_log import simulated_log
from zhoudao.engines.bpmn.graph import TASKS, Graph
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.mining.discovering import discover
from zhoudao.engines.mining.distances import ngrams
from zhoudao.engines.mining.log import Log
from zhoudao.engines.simulation.simulating import record

NOISES = (0.0, 0.05, 0.1, 0.2, 0.4)
_CASES = 2000


@dataclass(frozen=True, eq=False)
class Drawn:
    """The flow, its file, the noise it was discovered with, how far what it does is from the log (0 to 1), and the
    share of the cases that can go through it.
    """

    graph: Graph
    content: bytes
    noise: float
    distance: float
    fitting: float


def drawn(log: Log, name: str, *, seed: int = 1) -> Drawn:
    """Every noise is tried: the more of the rare is left out, the more readable a flow is and the less of it is wrong,
    but cases that went so are lost. That is chosen of which what it does beside the log and the cases it has no way for
    are together fewest; of equal ones the simplest.

    Raises: what `discover`, `to_bpmn` and `conformance` raise; ScenarioRefused.
    """
    found: list[Drawn] = []
    trees = []
    for noise in NOISES:
        tree = discover(log, noise)
        if tree in trees:
            continue
        trees.append(tree)
        content = to_bpmn(tree, name)
        graph = parse(content)
        found.append(Drawn(graph, content, noise, *_beside(graph, log, seed)))
    return min(found, key=lambda one: (round(one.distance - one.fitting, 2), len(one.graph.nodes)))


def _beside(graph: Graph, log: Log, seed: int) -> tuple[float, float]:
    """Between the log and cases that go through the flow one after another, with nobody to wait for; and the share
    of the log that fits."""
    found = conformance(graph, log, are_tasks_seen=False)
    done = {"service": 1, "automated": True}
    given: dict[str, Any] = {
        "arrivals": {"gap": 3600, "cases": _CASES}, "gateways": gateways(graph, found)[0],
        "events": events(graph, found, "")[0],
        "tasks": {node.id: done for node in graph.nodes if node.kind in TASKS},
    }  # fmt: skip
    made = simulated_log(graph, record(read(graph, given).model, seed=seed))
    return ngrams(log, made), found.fitting_cases / len(log.cases)
