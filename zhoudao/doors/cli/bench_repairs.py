"""The two repair flows with the same arrivals and people: a fixed-seed simulation on the very graphs that run.

Every step is somebody's work: it lies in their pool until somebody of it is free in working hours, first come first
served. Customers who hear nothing ask. What a step takes and how many people there are is `SCENARIO`; both flows share
it, and each repair takes with it how hard it is, whichever flow it goes through.
"""

import heapq
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import fmean

from zhoudao.doors.cli.bench_report import Report
from zhoudao.engines.bpmn.advance import advance
from zhoudao.engines.bpmn.effects import CallFlow, Decide, OpenTask, Remember, RunCommand
from zhoudao.engines.bpmn.graph import Graph
from zhoudao.engines.bpmn.marking import Marking
from zhoudao.engines.bpmn.parse import parse
from zhoudao.engines.bpmn.triggers import Complete, Start, Trigger
from zhoudao.engines.decisions.expressions import evaluate
from zhoudao.engines.worktime import Calendar, due, is_open
from zhoudao.kit.frozen import frozen

FLOWS = Path(__file__).parents[2] / "conduct/flows/shipped"
_MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)  # nine in the morning in Shanghai
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat")
OFFICE = Calendar.weekly("Asia/Shanghai", {day: [("09:00", "18:00")] for day in _DAYS})
_DAY = timedelta(days=1)


@frozen
class Step:
    """Whose work it is (a pool, or empty: nobody's, it only takes so long), how many minutes on average, and whether
    the customer is spoken to or visited in it. `is_look`: an engineer looks at the device; `is_fix`: it works
    afterwards, unless it is a hard one that was not looked at before.
    """

    pool: str
    minutes: float
    is_contact: bool = False
    is_look: bool = False
    is_fix: bool = False


@frozen
class Scenario:
    """So many people a pool, repairs an hour of work, `asks`: the chance that a customer asks after each whole day, and
    the shares of repairs that are `hard` (want a second look), `uncovered` (by their warranty: a quote comes first) and
    brought to the `workshop` (where somebody else checks the work).
    """

    people: Mapping[str, int]
    an_hour: float
    asks: float
    hard: float
    uncovered: float
    workshop: float
    steps: Mapping[str, Mapping[str, Step]]


SCENARIO = Scenario(
    people={"reception": 2, "clerks": 4, "lead": 1, "engineers": 10},
    an_hour=4.0,
    asks=0.5,
    hard=0.1,
    uncovered=0.3,
    workshop=0.2,
    steps={
        "repair_before": {
            "register": Step("reception", 8, is_contact=True),
            "forward": Step("reception", 2),
            "paper": Step("clerks", 6),
            "warranty": Step("clerks", 8, is_contact=True),
            "approve": Step("lead", 5),
            "assign": Step("clerks", 6),
            "call": Step("clerks", 6, is_contact=True),
            "inspect": Step("engineers", 60, is_contact=True, is_look=True),
            "parts": Step("clerks", 5),
            "wait_parts": Step("", 24 * 60),
            "repair": Step("engineers", 70, is_contact=True, is_look=True, is_fix=True),
            "sign": Step("clerks", 4),
        },
        "repair_after": {
            "judge": Step("clerks", 8),
            "offer": Step("", 3 * 60, is_contact=True),
            "work": Step("engineers", 80, is_contact=True, is_look=True, is_fix=True),
            "check": Step("clerks", 6),
            "hand": Step("engineers", 4),
        },
    },
)


@dataclass
class Repair:
    """One on its way."""

    began: datetime
    rng: Random
    is_hard: bool
    is_covered: bool
    is_away: bool
    marking: Marking = field(default_factory=Marking)
    data: dict[str, object] = field(default_factory=lambda: {"aftersales": "repair", "aftersales_state": "reported"})
    fixed: datetime | None = None
    looks: int = 0
    steps: int = 0
    contacts: int = 0
    busy: float = 0.0


@dataclass
class _Pool:
    free: int
    line: "deque[tuple[Repair, int, str]]" = field(default_factory=deque)


class Shop:
    """All repairs of one flow with its people. Times are real; work is done in working hours only."""

    def __init__(self, graph: Graph, scenario: Scenario) -> None:
        self.graph, self.scenario = graph, scenario
        self.steps = scenario.steps[graph.id]
        self.pools = {name: _Pool(count) for name, count in scenario.people.items()}
        self._next: list[tuple[datetime, int, Repair, int, str, str]] = []
        self._count = 0

    def run(self, repairs: list[Repair]) -> None:
        """This will walk all of them to their end."""
        for repair in repairs:
            self._plan(repair.began, repair, -1, "", "")
        while self._next:
            at, _, repair, token, element, pool = heapq.heappop(self._next)
            if token < 0:
                self._walk(repair, Start(), at)
                continue
            if pool:
                self.pools[pool].free += 1
            self._done(repair, token, element, at)
            self._take(at)

    def _done(self, repair: Repair, token: int, element: str, at: datetime) -> None:
        step = self.steps[element]
        repair.steps += 1
        repair.contacts += step.is_contact
        repair.looks += step.is_look
        is_solved = repair.looks > repair.is_hard
        if step.is_fix and is_solved:
            repair.fixed = repair.fixed or at
        repair.data["aftersales_state"] = _stands(repair, element, is_solved=is_solved)
        self._walk(repair, Complete(token, {}), at)

    def _walk(self, repair: Repair, trigger: Trigger, at: datetime) -> None:
        todo: deque[Trigger] = deque([trigger])
        while todo:
            repair.marking, effects = advance(
                self.graph, repair.marking, todo.popleft(), repair.data, at=at, evaluate=evaluate
            )
            for effect in effects:
                if isinstance(effect, Remember):
                    repair.data |= effect.values
                elif isinstance(effect, OpenTask):
                    self._open(repair, effect.token, effect.element, at)
                elif isinstance(effect, RunCommand | Decide | CallFlow):
                    todo.append(Complete(effect.token, {}))

    def _open(self, repair: Repair, token: int, element: str, at: datetime) -> None:
        step = self.steps[element]
        if step.pool:
            self.pools[step.pool].line.append((repair, token, element))
            self._take(at)
        else:
            self._plan(at + timedelta(minutes=step.minutes), repair, token, element, "")

    def _take(self, at: datetime) -> None:
        """Who is free takes what has waited longest."""
        for name, pool in self.pools.items():
            while pool.free and pool.line:
                repair, token, element = pool.line.popleft()
                minutes = repair.rng.gammavariate(4, self.steps[element].minutes / 4)
                repair.busy += minutes
                pool.free -= 1
                self._plan(due(at, timedelta(minutes=minutes), OFFICE), repair, token, element, name)

    def _plan(self, at: datetime, repair: Repair, token: int, element: str, pool: str) -> None:
        self._count += 1
        heapq.heappush(self._next, (at, self._count, repair, token, element, pool))


def _stands(repair: Repair, element: str, *, is_solved: bool) -> str:
    """Where a repair stands after a step, in the words of its room."""
    return {
        "judge": "approved" if repair.is_covered else "triaged",
        "offer": "approved",
        "work": ("done" if repair.is_away else "ready") if is_solved else "reported",
        "check": "ready",
        "hand": "closed",
    }.get(element, "")


def arrivals(scenario: Scenario, count: int, seed: int) -> list[Repair]:
    """The same repairs at the same moments, whichever flow they go through."""
    rng = Random(seed)  # noqa: S311  # when machines break, not a secret
    found: list[Repair] = []
    at = _MONDAY
    while len(found) < count:
        at += timedelta(hours=rng.expovariate(scenario.an_hour))
        if is_open(at, OFFICE):
            own, is_hard = Random(rng.random()), rng.random() < scenario.hard  # noqa: S311  # as above
            is_covered, is_away = rng.random() >= scenario.uncovered, rng.random() < scenario.workshop
            found.append(Repair(at, own, is_hard, is_covered, is_away))
    return found


def simulate(key: str, scenario: Scenario, *, count: int, seed: int) -> list[Repair]:
    """So many repairs through the shipped flow of this name, all of them ended."""
    repairs = arrivals(scenario, count, seed)
    Shop(parse((FLOWS / f"{key}.bpmn").read_bytes()), scenario).run(repairs)
    for repair in repairs:
        assert repair.fixed is not None, "a repair never came to its end"
        days = int((repair.fixed - repair.began) / _DAY)
        repair.contacts += sum(repair.rng.random() < scenario.asks for _ in range(days))
    return repairs


def run(report: Report, *, count: int = 2_000, seeds: int = 10) -> None:
    """This will note resolution, contacts, steps and work of both flows, with the spread over the seeds."""
    means: dict[str, list[tuple[float, float, float, float]]] = {}
    for key in ("repair_before", "repair_after"):
        means[key] = [_means(simulate(key, SCENARIO, count=count, seed=seed)) for seed in range(seeds)]
    names = ("hours until the device works", "contacts a case", "steps a case", "minutes of work a case")
    for place, name in enumerate(names):
        said = [_spread([row[place] for row in means[key]]) for key in ("repair_before", "repair_after")]
        report.add(f"repair, {name}", f"{seeds} × {count:,}", f"{said[0]} before, {said[1]} after")
    report.notes.append(
        "Repairs: both shipped flows walked by the engine that runs them, same arrivals (Poisson, "
        f"{SCENARIO.an_hour:g} an hour of work), same people {dict(SCENARIO.people)}, same repairs: "
        f"{SCENARIO.hard:.0%} want a second look, {SCENARIO.uncovered:.0%} a quote first, {SCENARIO.workshop:.0%} are "
        "done in the workshop and checked by another; a customer who waits asks each whole day with "
        f"probability {SCENARIO.asks:g}. What a step takes is assumed, not measured; “±” is twice the standard error "
        "over seeds. Waiting comes from people being busy or at home, and of the part in the flow before."
    )


def _means(repairs: list[Repair]) -> tuple[float, float, float, float]:
    hours = [(one.fixed - one.began).total_seconds() / 3600 for one in repairs if one.fixed is not None]
    rest = ((float(one.contacts), float(one.steps), one.busy) for one in repairs)
    contacts, steps, busy = zip(*rest, strict=True)
    return fmean(hours), fmean(contacts), fmean(steps), fmean(busy)


def _spread(values: list[float]) -> str:
    middle = fmean(values)
    error = (sum((value - middle) ** 2 for value in values) / max(1, len(values) - 1) / len(values)) ** 0.5
    return f"{middle:.1f} ± {2 * error:.1f}"
