"""`zhoudao calibrate LOG --out DIR`: the scenario that a log tells by itself, and whether it can be trusted."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhoudao.doors.cli import Refused
from zhoudao.doors.cli.diagnose import DONE, MISUSED, add_columns, read_given, say

if TYPE_CHECKING:
    from zhoudao.conduct.insight.calibrating import Calibrated
    from zhoudao.conduct.insight.validating import Validation
    from zhoudao.engines.bpmn.graph import Graph
    from zhoudao.engines.mining.log import Log

SCENARIO, FLOW, VALIDATION, SUMMARY = "scenario.json", "flow.bpmn", "validation.json", "summary.md"
_HOUR = 3600


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `calibrate`."""
    parser = subparsers.add_parser(
        "calibrate",
        help="make a scenario for simulation from any log",
        description="Reads from a log who works when, how long steps take, which way cases go and what they wait for, "
        f"and writes {SCENARIO} for zhoudao simulate; {FLOW} where no flow is given; {VALIDATION}, how far what is "
        "simulated is from the later half of the log when it knows the earlier half alone; and "
        f"{SUMMARY}, which says all of it.",
    )
    add_columns(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write into")
    parser.add_argument("--flow", type=Path, metavar="FILE", help="the .bpmn flow; without one it is discovered")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the luck (1)")
    parser.set_defaults(run=calibrate, django=False)


def calibrate(given: argparse.Namespace) -> int:
    """Writes scenario, flow, validation and summary. Raises: Refused"""
    for path in (given.log, given.flow):
        if path is not None and not path.is_file():
            print(f"{path}: there is no such file.", file=sys.stderr)
            return MISUSED
    with tempfile.TemporaryDirectory() as home:
        os.environ["ZHOUDAO_HOME"] = home  # nothing of an installation is read or made
        import django

        django.setup()
        _written(given)
    return DONE


def _written(given: argparse.Namespace) -> None:
    from zhoudao.conduct.insight.calibrating import calibrated
    from zhoudao.conduct.insight.drawing import drawn
    from zhoudao.engines.bpmn.parse import parse

    log = read_given(given).log
    try:
        say("drawing …" if given.flow is None else "reading the flow …")
        content = drawn(log, given.log.name.split(".")[0], seed=given.seed).content if given.flow is None else b""
        graph = parse(content or given.flow.read_bytes())
        say("calibrating …")
        made = calibrated(graph, log, zone=given.zone, seed=given.seed)
        tried = _tried(graph if given.flow else None, log, given)
    except tuple(_refusals()) as refusal:
        raise Refused(f"{given.log}: {refusal}") from refusal
    given.out.mkdir(parents=True, exist_ok=True)
    _kept(given.out / SCENARIO, json.dumps(made.scenario, ensure_ascii=False, indent=1))
    if content:
        _kept(given.out / FLOW, content.decode())
    _kept(given.out / VALIDATION, json.dumps(_figures(tried), ensure_ascii=False, indent=1))
    _kept(given.out / SUMMARY, "\n".join(_summary(graph, made, tried)) + "\n")
    say(f"{given.out / SUMMARY}: read it, then zhoudao simulate {given.flow or given.out / FLOW} --scenario "
        f"{given.out / SCENARIO}")  # fmt: skip


def _tried(graph: "Graph | None", log: "Log", given: argparse.Namespace) -> "Validation | None":
    from zhoudao.conduct.insight.validating import TooFewCases, validated

    say("holding it against the later half …")
    try:
        return validated(graph, log, zone=given.zone, seed=given.seed)
    except TooFewCases as refusal:
        say(f"note: {refusal}")
        return None


def _refusals() -> Iterator[type[Exception]]:
    from zhoudao.conduct.insight.calibrating import NothingToCalibrate
    from zhoudao.conduct.insight.flow_file import TreeTooLarge
    from zhoudao.conduct.insight.scenario_reading import ScenarioRefused
    from zhoudao.engines.bpmn.automaton import NeverEnds, TooManyMarkings
    from zhoudao.engines.bpmn.moving import RunsTwice
    from zhoudao.engines.bpmn.places import TooManyWays
    from zhoudao.engines.bpmn.problems import FlowRefused
    from zhoudao.engines.mining.discovering import TooManyActivities, TooManySteps
    from zhoudao.engines.simulation.arriving import TooManyCases
    from zhoudao.engines.simulation.running import NeverFinishes, NothingToMeasure

    yield from (NothingToCalibrate, TreeTooLarge, ScenarioRefused, FlowRefused, NeverEnds, TooManyMarkings, RunsTwice)
    yield from (TooManyWays, TooManyActivities, TooManySteps, TooManyCases, NeverFinishes, NothingToMeasure)


def _figures(tried: "Validation | None") -> dict[str, Any]:
    """The validation for programs."""
    from zhoudao.conduct.insight.validating import DISTANCES, WITHIN

    if tried is None:
        return {"enough_cases": False}
    rows = {
        name: {
            "own": getattr(tried.own, name), "simulated": getattr(tried.simulated, name),
            "ratio": _finite(tried.ratio(name)), "is_within": tried.is_within(name),
        }
        for name in DISTANCES
    }  # fmt: skip
    return {
        "enough_cases": True, "within": WITHIN, "cases": {"earlier": tried.train_cases, "later": tried.test_cases},
        "distances": rows, "cycle_time_by_chance": tried.by_chance,
        "cycle_hours": dict(zip(("earlier", "later", "simulated"), tried.cycle_hours, strict=True)),
    }  # fmt: skip


def _finite(number: float) -> float | None:
    return number if number < float("inf") else None


def _summary(graph: "Graph", made: "Calibrated", tried: "Validation | None") -> Iterator[str]:
    from django.utils import translation

    from zhoudao.conduct.insight.noted import said

    names = {node.id: node.name or node.id for node in graph.nodes}
    yield "# What the log says by itself"
    yield ""
    with translation.override("en"):
        yield from (f"- {said(note, names)}" for note in made.notes)
    yield from ("", "| step | what | family | times seen | mean, hours | KS |", "| --- | --- | --- | --- | --- | --- |")
    for fit in made.fits:
        mean = fit.mean / _HOUR
        yield f"| {names[fit.element]} | {fit.what} | {fit.family} | {fit.count} | {mean:.3f} | {fit.ks:.3f} |"
    yield from ("", "| step | waited, mean hours | waits as simulated |", "| --- | --- | --- |")
    for wait in made.waits:
        yield f"| {names[wait.element]} | {wait.seen / _HOUR:.3f} | {wait.simulated / _HOUR:.3f} |"
    yield ""
    yield from _trust(tried)


def _trust(tried: "Validation | None") -> Iterator[str]:
    from zhoudao.conduct.insight.validating import DISTANCES, WITHIN

    yield "## Whether it can be trusted"
    yield ""
    if tried is None:
        yield "Not known: fewer than 40 cases ended."
        return
    word = "within" if tried.is_within() else "NOT within"
    yield (
        f"Calibrated on the earlier {tried.train_cases} cases alone, the cycle times it foretells are {word} "
        f"{WITHIN} × the distance of the log's own halves ({tried.ratio('cycle_time'):.2f} ×)."
    )
    yield from (
        "",
        "| distance | earlier to later half | simulated to later half | ratio |",
        "| --- | --- | --- | --- |",
    )
    for name in DISTANCES:
        own, ours = getattr(tried.own, name), getattr(tried.simulated, name)
        yield f"| {name.replace('_', ' ')} | {own:.3f} | {ours:.3f} | {tried.ratio(name):.2f} |"
    yield ""
    yield (
        f"Two halves of the later cases that are parted by chance are {tried.by_chance:.3f} hours apart in cycle time: "
        "nothing that knows the earlier half alone comes that near."
    )


def _kept(path: Path, text: str) -> None:
    draft = path.with_suffix(path.suffix + ".part")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
