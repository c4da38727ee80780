"""A scenario from a log, by itself: what `zhoudao simulate` and the lab begin with, before anything is changed.

Arrivals, which way cases go (by exact conformance), how long steps take, who does them and when, and what waits for
nobody here are read from the log; what people cause by being few, busy or away is not put in, the simulation makes it
itself. Method and figures: decision 080. Imports numpy: for the analyst and the command line alone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zhoudao.conduct.insight import choosing, staffing, timing, tuning
from zhoudao.conduct.insight.conforming import Conformance, conformance
from zhoudao.conduct.insight.noted import Note
from zhoudao.conduct.insight.scenario import read
from zhoudao.conduct.insight.timing import StepFit
from zhoudao.conduct.insight.tuning import StepWait, Waited
from zhoudao.conduct.insight.witnessed import Witnessed, witnessed
from zhoudao.engines.bpmn.graph import TASKS, Graph, Node
from zhoudao.engines.mining.log import Log

EVERYONE = "everyone"
REPLICATIONS = 20
_USUAL = 0.95


class NothingToCalibrate(Exception):
    """The log holds no case that could tell anything of this flow."""


@dataclass(frozen=True, eq=False)
class Calibrated:
    """`scenario` is what `scenario.read` takes; `notes` what was estimated, guessed or is missing; `waits` how long
    each step waited and waits now; `fits` how well times are described; `cases` of the log, of which `cut` were still
    open when it ended and were left out; `fitness` of the flow to the log, 0 to 1. `seen` is what was read of the log
    without these, `elements` the steps that each activity is.
    """

    scenario: dict[str, Any]
    notes: tuple[Note, ...]
    waits: tuple[StepWait, ...]
    fits: tuple[StepFit, ...]
    cases: int
    cut: int
    fitness: float
    seen: Witnessed = field(repr=False)
    elements: Mapping[str, frozenset[str]] = field(repr=False)

    def seconds(self, element: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The cases that passed a step (codes of the log in `seen`), and how long each spent there in all, with the
        wait before it, in seconds.
        """
        log = self.seen.log
        codes = [code for code, name in enumerate(log.activities) if element in self.elements.get(name, ())]
        rows = np.isin(log.activity, codes)
        took = (log.end - np.minimum(self.seen.enabled, log.end))[rows] / 1e6
        spent = np.bincount(log.case[rows], weights=took, minlength=len(log.cases))
        passed = np.unique(log.case[rows]).astype(np.int64)
        return passed, np.asarray(spent[passed], np.float64)


def calibrated(
    graph: Graph, log: Log, *, zone: str, meaning: Mapping[str, str | Collection[str]] | None = None, seed: int = 1
) -> Calibrated:
    """`zone` is that of the people of the log; `meaning` says which steps an activity is where names do not. What the
    scenario says it simulates is the time of the log, with as many cases to be expected.

    Raises: NothingToCalibrate; ScenarioRefused (a flow that cannot be simulated); what `conformance` raises.
    """
    if not len(log):
        raise NothingToCalibrate(NothingToCalibrate.__doc__)
    whole = uncut(log)
    kept = log.only(whole)
    found = conformance(graph, kept, said=meaning, are_tasks_seen=False)
    if not found.meaning.elements:
        raise NothingToCalibrate("No activity of the log is a step of this flow: say which is which.")
    seen = witnessed(kept, found.meaning.elements, found.automaton, zone=zone)
    made = _Making(graph, seen, found)
    scenario = made.scenario() | {"seed": seed}
    waits = _tuned(graph, made, scenario, seed)
    cut = int((~whole).sum())
    notes = [*made.said(cut), *made.notes]
    return Calibrated(
        scenario, tuple(notes), waits, tuple(made.fits), len(log.cases), cut, found.fitness_of_cases, seen,
        found.meaning.elements,
    )  # fmt: skip


def _tuned(graph: Graph, made: "_Making", scenario: dict[str, Any], seed: int) -> tuple[StepWait, ...]:
    """This will put delays into the scenario, round by round, until steps wait as long as they did."""
    levels = dict.fromkeys(made.waited, 1.0)
    made.delay(scenario["tasks"], levels)
    simulated = tuning.simulated_waits(read(graph, scenario).model, seed)
    for _ in range(tuning.ROUNDS if made.waited else 0):
        levels = tuning.tuned(made.waited, levels, simulated)
        made.delay(scenario["tasks"], levels)
        simulated = tuning.simulated_waits(read(graph, scenario).model, seed)
    return tuple(StepWait(name, one.mean, simulated.get(name, 0.0)) for name, one in made.waited.items())


def uncut(log: Log) -> NDArray[np.bool_]:
    """The cases that were over when the log ended: those that ended as nearly all (95 %) that ended early did, or so
    long before the log's end as 99 of 100 cases take.
    """
    last = log.offsets[1:] - 1
    first = log.end[log.offsets[:-1]] if log.begun is None else np.minimum.reduceat(log.begun, log.offsets[:-1])
    ended, final = log.end[last], log.activity[last]
    early = ended <= log.end.max() - np.quantile(ended - first, 0.99)
    counts = np.bincount(final[early], minlength=len(log.activities))
    order = np.argsort(-counts, kind="stable")
    before = np.cumsum(counts[order]) - counts[order]
    usual = np.zeros(len(log.activities), np.bool_)
    usual[order[(before < _USUAL * counts.sum()) & (counts[order] > 0)]] = True
    return np.asarray(early | usual[final], np.bool_) if early.any() else np.ones(len(log.cases), np.bool_)


class _Making:
    def __init__(self, graph: Graph, seen: Witnessed, found: Conformance) -> None:
        self.graph, self.seen, self.found = graph, seen, found
        self.fits: list[StepFit] = []
        self.notes: list[Note] = []
        self.waited: dict[str, Waited] = {}
        self.staff = staffing.staff(seen)

    def scenario(self) -> dict[str, Any]:
        arrivals, self.by, first = timing.arrivals(self.seen)
        calendars = dict(self.staff.calendars)
        if any(node.event.business for node in self.graph.nodes):
            calendars[EVERYONE] = staffing.everyone(self.seen.calendars)
        ways, unseen = choosing.gateways(self.graph, self.found)
        events, guessed = choosing.events(self.graph, self.found, EVERYONE)
        steps = [node for node in self.graph.nodes if node.kind in TASKS and not self._is_arm(node)]
        tasks = {node.id: self._task(node) for node in steps}
        self.notes += [*unseen, *guessed]
        begins = datetime(1970, 1, 1) + timedelta(microseconds=first)
        return {
            "begins": begins.isoformat(timespec="seconds"), "arrivals": arrivals, "calendars": calendars,
            "pools": self.staff.pools, "tasks": tasks, "gateways": ways, "events": events,
            "replications": REPLICATIONS, "warm_up": 0,
        }  # fmt: skip

    def _is_arm(self, node: Node) -> bool:
        return any(
            self.graph.nodes[self.graph.flows[index].source].kind == "event_based" for index in node.incoming
        )  # fmt: skip

    def _task(self, node: Node) -> dict[str, Any]:
        meant = self.found.meaning.elements
        codes = [code for code, name in enumerate(self.seen.log.activities) if node.id in meant.get(name, ())]
        rows = np.isin(self.seen.log.activity, codes)
        if not rows.any():
            self.notes.append(Note("step-unseen", node.id))
            return {"service": 0, "automated": True}
        pools = staffing.of_step(self.seen, self.staff.names, rows)
        return self._done_by(node, rows, pools) if pools else self._alone(node, rows)

    def _done_by(self, node: Node, rows: NDArray[np.bool_], pools: list[str]) -> dict[str, Any]:
        named = rows & self.seen.named()
        shown: dict[str, Any] = {"pools": pools, "service": self._fit(node.id, "service", self.seen.worked()[named])}
        waited = timing.waited(self.seen, rows, self.staff.weeks[pools[0]])
        if waited is not None:
            self.waited[node.id] = waited
        return shown

    def delay(self, tasks: dict[str, Any], levels: Mapping[str, float]) -> None:
        """This will put the delays of these levels in, in place of those that are there."""
        self.fits = [each for each in self.fits if each.what != "delay" or each.element not in levels]
        for name, level in levels.items():
            tasks[name].pop("delay", None)
            held = self.waited[name].delays(level)
            if tuning.is_delay(held):
                hours = self.staff.hours[tasks[name]["pools"][0]]
                time = self._fit(name, "delay", held)
                tasks[name]["delay"] = {"time": time} | ({"hours": hours} if hours else {})

    def _alone(self, node: Node, rows: NDArray[np.bool_]) -> dict[str, Any]:
        """Nobody is named for it: all of its time is simply there, whatever it came from."""
        seen = self.seen
        if seen.crews is not None:
            self.notes.append(Note("step-alone", node.id))
        since = seen.enabled if seen.log.begun is None else seen.begun
        took = (seen.log.end - since)[rows] / 1e6
        shown = {"automated": True, "service": self._fit(node.id, "service", took)}
        if seen.log.begun is None:
            return shown
        waited = np.maximum(seen.begun - seen.enabled, 0)[rows] / 1e6
        if waited.mean() >= 1:
            shown["delay"] = {"time": self._fit(node.id, "delay", waited)}
        return shown

    def _fit(self, element: str, what: str, seconds: NDArray[np.float64]) -> Any:
        shown, fit = timing.fitted(element, what, np.maximum(seconds, 0))
        self.fits.append(fit)
        return shown

    def said(self, cut: int) -> list[Note]:
        """What is to be known of all of it."""
        seen, log = self.seen, self.seen.log
        first = log.begun if log.begun is not None else log.end
        span = round((int(log.end.max()) - int(first.min())) / 86_400e6, 2)
        notes = [Note(f"arrivals-{self.by}", values={"cases": len(log.cases), "days": span})]
        if cut:
            notes.append(Note("cases-cut", values={"cases": cut}))
        if log.begun is None:
            notes.append(Note("beginnings-estimated"))
        if seen.crews is None:
            notes.append(Note("nobody-named"))
        elif seen.calendars is None:
            notes.append(Note("hours-unknown", values={"days": span}))
        if self.found.meaning.unmapped:
            notes.append(Note("activity-unmapped", values={"activities": list(self.found.meaning.unmapped)}))
        if self.found.fitting_cases < len(log.cases):
            fitting = self.found.fitting_cases
            notes.append(Note("cases-differ", values={"fitting": fitting, "cases": len(log.cases)}))
        return notes + [self._crew(number, name) for number, name in enumerate(self.staff.names)]

    def _crew(self, number: int, name: str) -> Note:
        crews = self.seen.crews
        assert crews is not None  # there is a name
        members = int((crews.of == number).sum())
        people = round(float(crews.people[number]), 1)
        at_once = int(crews.at_once[number])
        return Note("crew", values={"pool": name, "members": members, "people": people, "at_once": at_once})
