"""What the analyst does when the key nodes of a report are asked for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from zhoudao.conduct.insight.models import KeyNodeStudy, Report, Source
from zhoudao.conduct.insight.reporting import body_of
from zhoudao.ground.files.store import read
from zhoudao.rooms.voice.models import Rating

if TYPE_CHECKING:
    from zhoudao.engines.bpmn.graph import Graph
    from zhoudao.engines.mining.log import Log

LogOf = Callable[[Report], "Log"]
StepsOf = Callable[[Report, "Log", str], "Log"]


def study_of(
    study: KeyNodeStudy, *, log_of: LogOf, steps_of: StepsOf, heard: Callable[[float], None]
) -> dict[str, Any]:  # fmt: skip
    """The body of a study: of the flow the report was compared with, else of the one discovered in it.

    Raises: what `refusals` names
    """
    from zhoudao.conduct.insight.calibrating import calibrated
    from zhoudao.conduct.insight.key_nodes import key_nodes
    from zhoudao.conduct.insight.key_pages import Studied, key_pages
    from zhoudao.conduct.insight.scenario import read as scenario_of

    report = study.report
    body = body_of(report)
    graph, log, flow = _flow_and_log(report, body, log_of(report), steps_of)
    made = calibrated(graph, log, zone=report.zone)
    heard(0.1)
    found = key_nodes(
        scenario_of(graph, made.scenario), faster=study.faster / 100, heard=lambda share: heard(0.1 + 0.85 * share)
    )
    return key_pages(
        Studied(
            graph, flow, made, found, body["figures"], frozenset(body["behind"]), _ratings(report, made.seen.log),
            is_own=report.source == Source.OWN,
        )
    )  # fmt: skip


def _flow_and_log(
    report: Report, body: Mapping[str, Any], log: "Log", steps_of: StepsOf
) -> "tuple[Graph, Log, str]":  # fmt: skip
    from zhoudao.conduct.insight.named import step_words
    from zhoudao.engines.bpmn.parse import parse

    if report.flow is not None:
        graph = parse(read(report.flow))
        return graph, steps_of(report, log, graph.id), graph.id
    if report.source == Source.OWN:
        log = replace(log, activities=tuple(step_words(code) for code in log.activities))
    return parse(body["flow"].encode()), log, f"report:{report.id}"


def _ratings(report: Report, log: "Log") -> dict[str, int] | None:
    """What customers said of the cases, by number (one statement); None where cases are not what the log is of."""
    if report.source != Source.OWN or report.object_type != "case":
        return None
    rows = Rating.objects.filter(case__number__in=list(log.cases))
    return dict(rows.values_list("case__number", "score"))


def refusals() -> Iterator[type[Exception]]:
    """What may be wrong with a log or flow, and is said on the page in its own words."""
    from zhoudao.conduct.insight.calibrating import NothingToCalibrate
    from zhoudao.conduct.insight.key_nodes import NothingToHasten
    from zhoudao.conduct.insight.scenario_reading import ScenarioRefused
    from zhoudao.engines.bpmn.automaton import NeverEnds, TooManyMarkings
    from zhoudao.engines.bpmn.moving import RunsTwice
    from zhoudao.engines.bpmn.places import TooManyWays
    from zhoudao.engines.bpmn.problems import FlowRefused
    from zhoudao.engines.mining.reading import LogUnreadable
    from zhoudao.engines.simulation.arriving import TooManyCases
    from zhoudao.engines.simulation.running import NeverFinishes, NothingToMeasure

    yield from (NothingToCalibrate, NothingToHasten, ScenarioRefused, NeverEnds, TooManyMarkings, RunsTwice)
    yield from (TooManyWays, FlowRefused, LogUnreadable, TooManyCases, NeverFinishes, NothingToMeasure)
