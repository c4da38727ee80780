"""A scenario to begin with, of the flow itself and what we know of it: measured where we have measured, else assumed.

What is assumed is said, and is there to be corrected: a step takes a quarter of its target but no more than an hour,
without a target a quarter of an hour; what waits for a customer waits a day; choices are even; twenty cases come in a
week; of people we do not know there are as many as this work needs.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zhoudao.conduct.insight.altering import week
from zhoudao.conduct.insight.scenario_reading import Reader
from zhoudao.engines.bpmn.graph import GATEWAYS, TASKS, Graph, Kind, Node, On

OFFICE = "mon-fri 09:00-18:00"
QUARTER, HOUR, DAY = 900.0, 3_600.0, 86_400.0
BUSY = 0.7
"""How busy people are of whom we do not know how many there are."""
WEEK_CASES, FEW_RUNS, FEW_TIMES = 20.0, 20, 10
_MACHINES = frozenset({Kind.SERVICE, Kind.RULE, Kind.SEND})
Note = tuple[str, int]
"""What is to be said of it, by code, and of how many."""


@dataclass(frozen=True, slots=True)
class Crewed:
    """A team: its name, how many are in it, and its hours as `altering.week` reads them (empty: not known)."""

    name: str
    people: int
    hours: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What we have measured. `times` are working seconds by step, medians; `passed` how many runs went through a node,
    by its id, of `runs`; `week_cases` how many runs begin in a week.
    """

    teams: Mapping[str, Crewed] = field(default_factory=dict)
    times: Mapping[str, float] = field(default_factory=dict)
    passed: Mapping[str, int] = field(default_factory=dict)
    runs: int = 0
    week_cases: float | None = None


def plain_start(graph: Graph, facts: Facts, *, others: str, promise: str) -> tuple[dict[str, Any], list[Note]]:
    """A scenario's JSON and what is to be said of it. `others` names those who do the steps that no known team does,
    `promise` the promise that all steps with a target are done within the sum of these.
    """
    start = _Start(graph, facts, others)
    cases = WEEK_CASES if facts.week_cases is None else facts.week_cases
    days = min(max(round(400 / cases * 7), 56), 364)
    targets = [node.step.target.total_seconds() for node in graph.nodes if node.step.target]
    scenario: dict[str, Any] = {
        "arrivals": {"per_hour": {"mon-sun": {"09:00-21:00": round(cases / 84, 6)}}, "for": days * DAY},
        "tasks": start.tasks(cases), "gateways": start.gateways(), "events": start.events(), "pools": start.pools,
        "promises": {promise: {"within": sum(targets)}} if targets else {},
        "warm_up": days // 4 * DAY, "replications": 20, "seed": 1,
    }  # fmt: skip
    used = {OFFICE, *(pool["hours"] for pool in start.pools.values())}
    scenario["calendars"] = {words: week(words) for words in sorted(used)}
    start.note("cases_assumed" if facts.week_cases is None else "cases_measured", round(cases))
    start.note("wages_unknown", len(start.pools))
    return scenario, [(code, count) for code, count in start.notes.items() if count]


class _Start:
    def __init__(self, graph: Graph, facts: Facts, others: str) -> None:
        self.graph, self.facts, self.others = graph, facts, others
        self.pools: dict[str, Any] = {}
        self.notes: dict[str, int] = {}

    def note(self, code: str, count: int = 1) -> None:
        self.notes[code] = self.notes.get(code, 0) + count

    def tasks(self, cases: float) -> dict[str, Any]:
        found = {
            node.id: self._task(node) for node in self.graph.nodes if node.kind in TASKS and not self._is_arm(node)
        }
        self._filled(found, cases)
        return found

    def _task(self, node: Node) -> dict[str, Any]:
        if node.kind in _MACHINES:
            return {"automated": True}
        if node.kind in (Kind.RECEIVE, Kind.CALL) or node.step.asks:
            self.note("waits_assumed")
            return {"automated": True, "service": {"exponential": DAY}}
        return {"service": {"exponential": self._seconds(node)}, "pools": [self._pool(node)]}

    def _seconds(self, node: Node) -> float:
        if node.id in self.facts.times:
            self.note("times_measured")
            return max(round(self.facts.times[node.id]), 1.0)
        self.note("times_assumed")
        return min(node.step.target.total_seconds() / 4, HOUR) if node.step.target else QUARTER

    def _pool(self, node: Node) -> str:
        team = self.facts.teams.get(node.step.team)
        name = team.name if team else self.others
        if name not in self.pools:
            count, hours = (team.people, team.hours or OFFICE) if team else (0, OFFICE)
            self.note("teams_known" if count else "people_assumed")
            self.pools[name] = {"people": count, "hours": hours, "cost_per_hour": 0}
        return name

    def _filled(self, tasks: dict[str, Any], cases: float) -> None:
        """This will put people where we know of none: enough for each case going through each step once."""
        for name, pool in self.pools.items():
            work = sum(task["service"]["exponential"] for task in tasks.values() if task.get("pools") == [name])
            week_seconds = 60 * Reader().week(week(pool["hours"]), name).minutes
            pool["people"] = pool["people"] or max(math.ceil(cases * work / week_seconds / BUSY), 1)

    def gateways(self) -> dict[str, Any]:
        found = {}
        for node in self.graph.nodes:
            conditional = any(self.graph.flows[index].condition for index in node.outgoing)
            if len(node.outgoing) < 2 or node.kind in (Kind.PARALLEL, Kind.EVENT_BASED):
                continue
            if node.kind is Kind.EXCLUSIVE:
                found[node.id] = self._shares(node)
            elif node.kind is Kind.INCLUSIVE or (conditional and node.kind not in GATEWAYS):
                found[node.id] = self._each(node)
        return found

    def _shares(self, node: Node) -> dict[str, float]:
        """Of each way, as runs went; even where too few did or two ways cannot be told apart."""
        flows = [self.graph.flows[index] for index in node.outgoing]
        targets = [self.graph.nodes[flow.target] for flow in flows]
        told = len({target.id for target in targets}) == len(targets) and all(len(t.incoming) == 1 for t in targets)
        counts = [self.facts.passed.get(target.id, 0) for target in targets]
        if not told or sum(counts) < FEW_RUNS:
            self.note("shares_assumed")
            counts = [1] * len(flows)
        else:
            self.note("shares_measured")
        shares = [round(count / sum(counts), 4) for count in counts]
        shares[-1] = round(1 - sum(shares[:-1]), 4)
        return {flow.id: share for flow, share in zip(flows, shares, strict=True)}

    def _each(self, node: Node) -> dict[str, float]:
        self.note("shares_assumed")
        chances = {self.graph.flows[index].id: 0.5 for index in node.outgoing if index != node.default}
        if node.default is None:
            chances[next(iter(chances))] = 1.0
        return chances

    def events(self) -> dict[str, Any]:
        found = {}
        for node in self.graph.nodes:
            arm = self._is_arm(node)
            if node.kind is Kind.CATCH or arm or (node.kind is Kind.BOUNDARY and node.event.on is On.TIMER):
                said = self._event(node, is_arm=arm)
                if said:
                    found[node.id] = said
        return found | self._first_arms(found)

    def _event(self, node: Node, *, is_arm: bool) -> dict[str, Any]:
        said: dict[str, Any] = {}
        timer = node.event.timer
        known = node.event.on is On.TIMER and timer is not None and timer.duration is not None
        if not (known and timer is not None and not timer.date and timer.repeats == 1):
            self.note("waits_assumed")
            said["after"] = DAY if node.event.on is On.TIMER else {"exponential": DAY}
        if node.event.business:
            said["hours"] = OFFICE
        if is_arm and node.event.on is not On.TIMER:
            said["chance"] = 0.5
        return said

    def _first_arms(self, found: dict[str, Any]) -> dict[str, Any]:
        """Where several messages are waited for and no time, the first comes for sure, lest one wait for ever."""
        changed = {}
        for node in self.graph.nodes:
            if node.kind is Kind.EVENT_BASED:
                arms = [self.graph.nodes[self.graph.flows[index].target].id for index in node.outgoing]
                if all(found.get(arm, {}).get("chance", 1.0) < 1 for arm in arms):
                    changed[arms[0]] = {**found[arms[0]], "chance": 1.0}
        return changed

    def _is_arm(self, node: Node) -> bool:
        sources = (self.graph.nodes[self.graph.flows[index].source] for index in node.incoming)
        return any(source.kind is Kind.EVENT_BASED for source in sources)
