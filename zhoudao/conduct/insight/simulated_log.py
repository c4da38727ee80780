"""What a simulation wrote, as a log like any other."""

import numpy as np

from zhoudao.engines.bpmn.graph import Graph
from zhoudao.engines.mining.interning import interned
from zhoudao.engines.mining.log import Log
from zhoudao.engines.simulation.simulating import Trace


def simulated_log(graph: Graph, trace: Trace, *, unseen: frozenset[str] = frozenset()) -> Log:
    """Steps by their names in the flow, without those that are `unseen` by id. Times are of the wall clock, as if it
    were UTC.
    """
    import pyarrow as pa

    names = {node.id: node.name or node.id for node in graph.nodes}
    rows = np.isin(trace.task, [code for code, task in enumerate(trace.tasks) if task not in unseen])
    words = pa.array([names.get(task, task) for task in trace.tasks], pa.string())
    people = pa.array([*trace.people, None], pa.string())
    who = np.where(trace.person[rows] < 0, len(trace.people), trace.person[rows])
    return interned(
        case=pa.array(trace.case[rows]).cast(pa.string()), activity=words.take(pa.array(trace.task[rows])),
        end=trace.end[rows], begun=trace.begun[rows], resource=people.take(pa.array(who)),
    )  # fmt: skip
