"""`zhoudao simulate FLOW --scenario FILE`: what a flow would do with these people, in figures with intervals."""

import argparse
import json
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhoudao.doors.cli import Refused, simulate_report

if TYPE_CHECKING:
    from zhoudao.conduct.insight.scenario import Scenario
    from zhoudao.engines.bpmn.graph import Graph
    from zhoudao.engines.simulation.results import Estimate, Results

DONE, REFUSED, MISUSED = 0, 1, 2
SHIPPED = Path(__file__).resolve().parents[2] / "conduct" / "flows" / "shipped"


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `simulate`."""
    parser = subparsers.add_parser(
        "simulate",
        help="what a flow would do with these people, cases and times",
        description="Figures are means over replications with 95 % intervals. Given twice, --scenario compares: the "
        "second less the first, under the same luck.",
        epilog="How a scenario is written: docs/how-to/simulate.md",
    )
    parser.add_argument("flow", metavar="FLOW", help="a .bpmn file, or the name of a flow that comes with it")
    parser.add_argument(
        "--scenario", type=Path, action="append", required=True, metavar="FILE", help="JSON; twice to compare"
    )
    parser.add_argument("--with-flow", metavar="FLOW", help="the second scenario's flow, where it is another one")
    parser.add_argument("--replications", type=_positive, metavar="N", help="instead of the scenario's (20)")
    parser.add_argument("--seed", type=_whole, metavar="N", help="instead of the scenario's (1)")
    parser.add_argument("--json", action="store_true", help="one JSON object for programs")
    parser.set_defaults(run=run, django=False)


def run(given: argparse.Namespace) -> int:
    """This will simulate one scenario, or two and their difference. Raises: Refused."""
    if len(given.scenario) > 2:
        print("zhoudao simulate: give one scenario, or two to compare them", file=sys.stderr)
        return MISUSED
    flows = [given.flow, given.with_flow or given.flow]
    scenarios = []
    for flow, path in zip(flows, given.scenario, strict=False):
        graph, values = _graph(flow), _values(path)
        if graph is None or values is None:
            return MISUSED
        scenarios.append(_scenario(graph, values, path, given))
    found = [_simulated(scenario, path) for scenario, path in zip(scenarios, given.scenario, strict=True)]
    if given.json:
        print(json.dumps(_for_programs(found), ensure_ascii=False, indent=2))
    else:
        names = {**scenarios[0].model.names, **scenarios[-1].model.names}
        for path, results in zip(given.scenario, found, strict=True):
            print("\n".join(simulate_report.of(path.stem, results, names)))
        differences = _differences(found)
        if differences is not None:
            print("\n".join(simulate_report.difference(differences, names)))
    return DONE


def _positive(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError("a whole number from 1 to 10000")
    return int(text)


def _whole(text: str) -> int:
    if not text.isdigit() or int(text) > 1 << 62:
        raise argparse.ArgumentTypeError("a whole number from 0")
    return int(text)


def _graph(flow: str) -> "Graph | None":
    from zhoudao.engines.bpmn.parse import parse
    from zhoudao.engines.bpmn.problems import FlowRefused

    shipped = SHIPPED / f"{flow}.bpmn"
    path = shipped if flow.isidentifier() and shipped.exists() and not Path(flow).exists() else Path(flow)
    try:
        return parse(path.read_bytes())
    except OSError as error:
        print(f"{path}: {error.strerror or error}", file=sys.stderr)
        return None
    except FlowRefused as refusal:
        lines = [f"{problem.element or '-'}: {problem.what} {problem.what_to_do}" for problem in refusal.problems]
        raise Refused("\n".join([f"{path} cannot be simulated.", *lines])) from refusal


def _values(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        print(f"{path}: {error.strerror or error}", file=sys.stderr)
    except ValueError as error:
        print(f"{path}: this is not JSON: {error}", file=sys.stderr)
    return None


def _scenario(graph: "Graph", values: Any, path: Path, given: argparse.Namespace) -> "Scenario":
    from dataclasses import replace

    from zhoudao.conduct.insight.scenario import read
    from zhoudao.conduct.insight.scenario_reading import ScenarioRefused

    try:
        found = read(graph, values)
    except ScenarioRefused as refusal:
        raise Refused(f"{path} cannot be simulated.\n{refusal}") from refusal
    if given.replications is not None:
        found = replace(found, replications=given.replications)
    return found if given.seed is None else replace(found, seed=given.seed)


def _simulated(scenario: "Scenario", path: Path) -> "Results":
    from zhoudao.engines.simulation.arriving import TooManyCases
    from zhoudao.engines.simulation.running import NeverFinishes, NothingToMeasure
    from zhoudao.engines.simulation.simulating import simulate

    try:
        return simulate(
            scenario.model, replications=scenario.replications, warm_up=scenario.warm_up, seed=scenario.seed,
            heard=_progress(path.stem),
        )  # fmt: skip
    except (NeverFinishes, NothingToMeasure, TooManyCases) as refusal:
        raise Refused(f"{path} cannot be simulated.\n{refusal}") from refusal


def _progress(name: str) -> Any:
    """A bar on the terminal; nothing where nobody looks."""
    if not sys.stderr.isatty():
        return lambda share: None
    shown = [-1]

    def heard(share: float) -> None:
        whole = int(share * 40)
        if whole != shown[0]:
            shown[0] = whole
            end = "\r" if share < 1 else "\n"
            print(f"{name} [{'#' * whole:<40}] {share:4.0%}", end=end, file=sys.stderr, flush=True)

    return heard


def _differences(found: "list[Results]") -> "Mapping[tuple[str, str], Estimate] | None":
    from zhoudao.engines.simulation.results import compared

    if len(found) < 2:
        return None
    if found[0].replications != found[1].replications:
        raise Refused("Both scenarios need the same number of replications: give --replications.")
    return compared(found[0], found[1])


def _for_programs(found: "list[Results]") -> dict[str, Any]:
    from zhoudao.engines.simulation.measuring import WORDS

    differences = _differences(found)
    shown: dict[str, Any] = {"figures": WORDS, "scenarios": []}
    for results in found:
        rows = [_row(name, results[name]) for name in results.figures]
        shown["scenarios"].append(
            {"replications": results.replications, "warnings": list(results.warnings), "results": rows}
        )
    if differences is not None:
        shown["differences"] = [_row(name, each) | {"clear": each.is_clear} for name, each in differences.items()]
    return shown


def _row(name: tuple[str, str], each: "Estimate") -> dict[str, Any]:
    numbers = {"mean": each.mean, "low": each.low, "high": each.high}
    shown = {key: None if math.isnan(value) else value for key, value in numbers.items()}
    return {"figure": name[0], "of": name[1], **shown, "replications": each.replications}
