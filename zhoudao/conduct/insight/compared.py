"""What happened beside the flow it should have gone by, as a reader sees it, in the language that is active."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from zhoudao.conduct.insight.conforming import Conformance, Differs, conformance
from zhoudao.conduct.insight.flow_picture import flow_picture
from zhoudao.conduct.insight.spans import SECOND, percent, span
from zhoudao.engines.bpmn.graph import Graph
from zhoudao.engines.mining.log import Log

ROWS = 20


@dataclass(frozen=True, eq=False)
class Against:
    """A flow, what happened beside it, what the flow is called, and how many cases were laid beside it."""

    graph: Graph
    found: Conformance
    name: str
    cases: int


def against(graph: Graph, log: Log, *, name: str) -> Against:
    """A log beside a flow; tasks that no activity of the log is count as not seen, not as left out.

    Raises: what `conformance` raises
    """
    return Against(graph, conformance(graph, log, are_tasks_seen=False), name, len(log.cases))


def compared(one: Against) -> dict[str, Any]:
    """What the template of a comparison needs."""
    graph, found, name, cases = one.graph, one.found, one.name, one.cases
    names = {node.id: node.name or node.id for node in graph.nodes}
    title = _("What happened on “{name}”").format(name=name)
    return {
        "flow": name,
        "facts": [
            (_("Cases beside it"), f"{cases:,}"),
            (_("Cases that went as drawn"), percent(found.fitting_cases / cases) if cases else "–"),
            (_("Fitness"), percent(found.fitness_of_cases)),
            (_("Ways to differ"), f"{len(found.deviations):,}"),
        ],
        "picture": flow_picture(graph, done=found.done, left_out=found.left_out, passed=found.passed, title=title),
        "rows": [_row(each, names) for each in found.deviations[:ROWS]],
        "more": max(len(found.deviations) - ROWS, 0),
        "unmapped": found.meaning.unmapped,
        "is_exact": bool(found.aligned.is_exact.all()),
    }


def figures_of(one: Against) -> dict[str, Any]:
    """The same for programs."""
    found = one.found
    return {
        "fitness": found.fitness_of_cases, "fitting_cases": found.fitting_cases, "cases": one.cases,
        "is_exact": bool(found.aligned.is_exact.all()), "unmapped": list(found.meaning.unmapped),
        "done": dict(found.done), "left_out": dict(found.left_out), "passed": dict(found.passed),
        "deviations": [
            {
                "left_out": each.left_out, "besides": each.besides, "after": each.after, "times": each.times,
                "cases": each.cases, "cost": each.cost, "seconds": each.seconds, "examples": list(each.examples),
            }
            for each in found.deviations
        ],
    }  # fmt: skip


def _row(each: Differs, names: dict[str, str]) -> dict[str, str]:
    if each.left_out:
        what = _("“{step}” was left out").format(step=names.get(each.left_out, each.left_out))
    elif each.after:
        what = _("“{activity}” was done after “{step}”, where the flow has none").format(
            activity=each.besides, step=names.get(each.after, each.after)
        )
    else:
        what = _("“{activity}” was done before the flow begins").format(activity=each.besides)
    return {
        "what": what, "times": f"{each.times:,}", "cases": f"{each.cases:,}",
        "time": "–" if each.seconds is None else span(each.seconds * SECOND), "examples": ", ".join(each.examples),
    }  # fmt: skip
