"""A flow's graph with a scenario's numbers as the net that is simulated: the same drawing that runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from zhoudao.conduct.insight.scenario_reading import Reader
from zhoudao.engines.bpmn.check import check
from zhoudao.engines.bpmn.graph import GATEWAYS, PROCESS, TASKS, Event, Graph, Kind, On
from zhoudao.engines.bpmn.graph import Flow as Arrow
from zhoudao.engines.bpmn.graph import Node as Drawn
from zhoudao.engines.simulation.calendars import Calendar
from zhoudao.engines.simulation.checking import Fault
from zhoudao.engines.simulation.distributions import Distribution, constant
from zhoudao.engines.simulation.model import (
    Batch,
    Boundary,
    Delay,
    Does,
    Flow,
    Join,
    Node,
    Patience,
    Split,
    Task,
)  # fmt: skip

NEVER_HARM = frozenset({
    "no-command", "unknown-command", "unknown-argument", "no-decision", "unknown-decision", "unknown-team", "no-flow",
    "unknown-event", "unknown-flow", "message-unnamed", "ask-misplaced", "ask-unworded", "ask-empty", "no-default",
    "expression-invalid", "name-undeclared", "condition-missing", "value-invalid", "timer-invalid", "not-proven",
})  # fmt: skip
"""Problems of a flow that stop it from being run but not from being simulated: the scenario says the rest."""
MACHINES = frozenset({Kind.SERVICE, Kind.RULE, Kind.SEND})
TASK = "service pools automated urgency delay batch patience cost material hours"
EVENT = "after chance hours"


def unsound(graph: Graph) -> list[Fault]:
    """Why the flow cannot be simulated whatever the scenario says."""
    faults = [
        Fault(_named(problem.element, problem.name), problem.what, problem.what_to_do)
        for problem in check(graph)
        if problem.code not in NEVER_HARM
    ]
    for node in graph.nodes:
        if node.loop:
            what = "It is done once for each of several, which is not simulated."
            faults.append(Fault(_named(node.id, node.name), what, "Draw it once, with the time that all of them take."))
    return faults


def _named(element: str, name: str) -> str:
    return f"“{name}” ({element})" if name else element


@dataclass
class Drawing:
    """Makes nodes and flows of a graph that is sound."""

    graph: Graph
    read: Reader
    pools: frozenset[str]
    tasks: Mapping[str, Any]
    events: Mapping[str, Any]
    gateways: Mapping[str, Any]

    def nodes(self) -> tuple[Node, ...]:
        """Every node, in file order."""
        self._unknown()
        return tuple(self._node(node) for node in self.graph.nodes)

    def flows(self) -> tuple[Flow, ...]:
        """Every flow, in file order."""
        found = [Flow(arrow.id, *self._ends(arrow)) for arrow in self.graph.flows]
        for node in self.graph.nodes:
            if node.kind is Kind.EVENT_BASED:
                for index in node.outgoing:
                    found[index] = self._raced(found[index], self.graph.nodes[self.graph.flows[index].target])
            elif self._split(node) is not Split.ALL:
                for index, chance in self._chances(node).items():
                    found[index] = replace(found[index], chance=chance, default=index == node.default)
        return tuple(found)

    def _ends(self, arrow: Arrow) -> tuple[str, str]:
        return self.graph.nodes[arrow.source].id, self.graph.nodes[arrow.target].id

    def _unknown(self) -> None:
        """What the scenario speaks of that the flow does not have."""
        kinds: tuple[tuple[str, Mapping[str, Any], Callable[[Drawn], bool]], ...] = (
            ("tasks", self.tasks, lambda node: node.kind in TASKS and not self._is_arm(node)),
            ("events", self.events, lambda node: node.kind in (Kind.CATCH, Kind.BOUNDARY) or self._is_arm(node)),
            ("gateways", self.gateways, lambda node: self._split(node) is not Split.ALL),
        )
        for section, given, fits in kinds:
            known = [node.id for node in self.graph.nodes if fits(node)]
            for name in given:
                if name not in known:
                    self.read.fault(
                        f"{section}.{name}", "The flow has nothing of the kind by this id.",
                        f"Known are: {', '.join(known) or 'none'}.",
                    )  # fmt: skip

    def _split(self, node: Drawn) -> Split:
        if len(node.outgoing) < 2 or node.kind in (Kind.PARALLEL, Kind.EVENT_BASED):
            return Split.ALL
        if node.kind is Kind.EXCLUSIVE:
            return Split.ONE
        conditional = any(self.graph.flows[flow].condition for flow in node.outgoing)
        return Split.SOME if node.kind is Kind.INCLUSIVE or conditional else Split.ALL

    def _join(self, node: Drawn) -> Join:
        several = len(node.incoming) > 1
        joins = {Kind.PARALLEL: Join.ALL, Kind.INCLUSIVE: Join.STARTED}
        return joins.get(node.kind, Join.EACH) if several else Join.EACH

    def _chances(self, node: Drawn) -> dict[int, float]:
        where = f"gateways.{node.id}"
        named = {self.graph.flows[index].id: index for index in node.outgoing}
        if node.id not in self.gateways:
            self.read.fault(
                f"{_named(node.id, node.name)}", "The scenario does not say which way cases go.",
                f'Add "gateways": {{"{node.id}": {{"{next(iter(named))}": 0.5}}}}; its flows: {", ".join(named)}.',
            )  # fmt: skip
            return {}
        given = self.read.mapping(self.gateways[node.id], where, " ".join(named))
        chances = {
            named[name]: self.read.number(value, f"{where}.{name}", most=1.0)
            for name, value in given.items()
            if name in named
        }
        missing = [index for index in node.outgoing if index not in chances]
        if node.kind is Kind.EXCLUSIVE:
            self._sum(where, chances, missing)
        for index in missing:
            bare = not self.graph.flows[index].condition and index != node.default
            chances.setdefault(index, 1.0 if bare and node.kind not in GATEWAYS else 0.0)
        return chances

    def _sum(self, where: str, chances: dict[int, float], missing: list[int]) -> None:
        """Fills in what is left for the one flow that is not said; else all of them must make one."""
        left = 1 - sum(chances.values())
        if len(missing) == 1 and left >= -1e-9:
            chances[missing[0]] = max(left, 0.0)
        elif abs(left) > 1e-6:
            names = ", ".join(self.graph.flows[index].id for index in missing)
            more = f" Nothing is said of {names}." if names else ""
            self.read.fault(where, f"Its chances sum to {1 - left:.6g}, not to one.{more}", "Correct the chances.")

    def _node(self, node: Drawn) -> Node:
        scope = None if node.scope == PROCESS else self.graph.nodes[node.scope].id
        made = Node(node.id, join=self._join(node), split=self._split(node), scope=scope)
        if node.kind in TASKS and not self._is_arm(node):
            return replace(made, does=Does.TASK, task=self._task(node))
        if node.kind is Kind.CATCH and not self._is_arm(node):
            after, hours, _ = self._event(node, 1.0)
            return replace(made, does=Does.TASK, task=Task(after, hours=hours, logged=False))
        if node.kind is Kind.EVENT_BASED:
            return replace(made, does=Does.RACE)
        if node.kind is Kind.SUBPROCESS:
            start = self.graph.nodes[node.start].id if node.start is not None else None
            return replace(made, does=Does.SCOPE, start=start)
        if node.kind is Kind.BOUNDARY:
            return replace(made, boundary=self._boundary(node))
        return self._thrown(made, node) if node.kind in (Kind.END, Kind.THROW) else made

    def _thrown(self, made: Node, node: Drawn) -> Node:
        on = node.event.on
        if on is On.TERMINATE:
            return replace(made, does=Does.TERMINATE)
        if on in (On.ERROR, On.ESCALATION):
            return replace(made, does=Does.THROW, catches=self._catching(node), fatal=on is On.ERROR)
        return replace(made, does=Does.END) if node.kind is Kind.END else made

    def _catching(self, node: Drawn) -> str | None:
        """The boundary event around it that reacts to what is thrown: the nearest, an exact code first."""
        around = node.scope
        while around != PROCESS:
            host = self.graph.nodes[around]
            bounds = [self.graph.nodes[index] for index in host.boundaries]
            able = [each for each in bounds if each.event.on is node.event.on]
            for code in (node.event.code, ""):
                for each in able:
                    if each.event.code == code:
                        return each.id
            around = host.scope
        return None

    def _is_arm(self, node: Drawn) -> bool:
        sources = [self.graph.nodes[self.graph.flows[index].source] for index in node.incoming]
        return any(source.kind is Kind.EVENT_BASED for source in sources)

    def _raced(self, flow: Flow, target: Drawn) -> Flow:
        after, _, chance = self._event(target, 1.0)
        return replace(flow, after=after, chance=chance)

    def _boundary(self, node: Drawn) -> Boundary:
        host = self.graph.nodes[node.host or 0]
        at_end = node.event.on in (On.ERROR, On.ESCALATION)
        if at_end or (node.event.on is not On.TIMER and node.id not in self.events):
            given = self.read.mapping(self.events.get(node.id, {}), f"events.{node.id}", "chance")
            chance = self.read.number(given.get("chance", 0.0), f"events.{node.id}.chance", most=1.0)
            return Boundary(host.id, None if at_end else constant(0), chance, node.interrupting)
        after, hours, chance = self._event(node, 1.0)
        return Boundary(host.id, after, chance, node.interrupting, hours)

    def _event(self, node: Drawn, chance: float) -> tuple[Distribution, Calendar | None, float]:
        """When something happens: as the scenario says, else as the drawing does."""
        where, given = f"events.{node.id}", self.events.get(node.id)
        values = self.read.mapping({} if given is None else given, where, EVENT)
        after = self.read.distribution(values["after"], f"{where}.after") if "after" in values else _drawn(node.event)
        hours = self.read.calendar(values["hours"], f"{where}.hours") if "hours" in values else None
        if after is None and "after" not in values:
            self.read.fault(
                _named(node.id, node.name), "The scenario does not say when it happens.",
                f'Add "events": {{"{node.id}": {{"after": "PT1H"}}}}.',
            )  # fmt: skip
        if node.event.business and "hours" not in values:
            self.read.fault(
                _named(node.id, node.name), "It counts working hours, and the scenario does not say which.",
                f'Add "hours" with a calendar to “events.{node.id}”.',
            )  # fmt: skip
        share = self.read.number(values.get("chance", chance), f"{where}.chance", most=1.0)
        return after or constant(0), hours, share

    def _task(self, node: Drawn) -> Task:
        where, given = f"tasks.{node.id}", self.tasks.get(node.id)
        values = self.read.mapping({} if given is None else given, where, TASK)
        pools = self._pools(node, values)
        hours = self.read.calendar(values["hours"], f"{where}.hours") if "hours" in values else None
        return Task(
            self._service(node, values), pools, hours,
            urgency=self.read.count(values.get("urgency", 0), f"{where}.urgency", least=-100, most=100),
            delay=self._delay(values["delay"], f"{where}.delay") if "delay" in values else None,
            batch=self._batch(values["batch"], f"{where}.batch") if "batch" in values else None,
            patience=self._patience(values["patience"], f"{where}.patience") if "patience" in values else None,
            cost=self.read.number(values.get("cost", float(node.step.cost or 0)), f"{where}.cost"),
            material=self.read.number(values.get("material", 0), f"{where}.material"),
        )  # fmt: skip

    def _service(self, node: Drawn, values: Mapping[str, Any]) -> Distribution:
        if "service" in values:
            return self.read.distribution(values["service"], f"tasks.{node.id}.service") or constant(0)
        if node.kind not in MACHINES:
            self.read.fault(
                _named(node.id, node.name), "The scenario does not say how long it takes.",
                f'Add "tasks": {{"{node.id}": {{"service": {{"exponential": "PT10M"}}}}}}.',
            )  # fmt: skip
        return constant(0)

    def _pools(self, node: Drawn, values: Mapping[str, Any]) -> tuple[str, ...]:
        """As the scenario says; else the step's team; nobody for a machine, a customer or another flow."""
        where = f"tasks.{node.id}"
        if values.get("automated") is True or ("automated" in values and "pools" not in values):
            return ()
        names = self.read.names(values["pools"], f"{where}.pools") if "pools" in values else ()
        for name in names:
            if name not in self.pools:
                self.read.fault(f"{where}.pools", f"There is no pool {name!r}.", "Add it under “pools”.")
        alone = node.kind in MACHINES or node.kind in (Kind.RECEIVE, Kind.CALL) or bool(node.step.asks)
        if "pools" in values or alone:
            return tuple(name for name in names if name in self.pools)
        if node.step.team in self.pools:
            return (node.step.team,)
        team = "" if node.step.team.startswith("=") or not node.step.team else f" (its team is {node.step.team})"
        self.read.fault(
            _named(node.id, node.name), f"Nobody is said to do it{team}.",
            f'Add "pools" to “{where}”, or "automated": true.',
        )  # fmt: skip
        return ()

    def _delay(self, value: Any, where: str) -> Delay | None:
        values = self.read.mapping(value, where, "time hours")
        time = self.read.distribution(values.get("time"), f"{where}.time")
        hours = self.read.calendar(values["hours"], f"{where}.hours") if "hours" in values else None
        return Delay(time, hours) if time else None

    def _batch(self, value: Any, where: str) -> Batch:
        values = self.read.mapping(value, where, "size longest")
        longest = self.read.seconds(values["longest"], f"{where}.longest") if "longest" in values else None
        return Batch(self.read.count(values.get("size"), f"{where}.size", least=1, most=100_000), longest)

    def _patience(self, value: Any, where: str) -> Patience | None:
        values = self.read.mapping(value, where, "after to")
        after = self.read.distribution(values.get("after"), f"{where}.after")
        to = values.get("to")
        if to is not None and to not in {node.id for node in self.graph.nodes}:
            self.read.fault(f"{where}.to", f"The flow has no element {to!r}.", "Name where the case goes on.")
            to = None
        return Patience(after, to) if after else None


def _drawn(event: Event) -> Distribution | None:
    """The time that is written in the drawing, where it is a plain length and comes once."""
    timer = event.timer
    if event.on is not On.TIMER or timer is None or timer.duration is None or timer.date or timer.repeats != 1:
        return None
    return constant(timer.duration.months * 30.4375 * 86_400 + timer.duration.rest.total_seconds())
