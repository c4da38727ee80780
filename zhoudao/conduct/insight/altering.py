"""Changes of a scenario: each is a small named piece of JSON, applied to the scenario's own JSON one after the other.

A change is `{"do": kind, …}`; the kinds and what each needs are in `_KINDS`.
"""

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from zhoudao.conduct.insight.scenario_reading import Reader, ScenarioRefused, written
from zhoudao.engines.bpmn.graph import Graph
from zhoudao.engines.simulation.checking import Fault

Change = Mapping[str, Any]
EVERY, APART = "*", 2
"""People of all calendars of a pool together, and from how many on they are not told apart."""
ALWAYS_WORDS = "mon-sun 00:00-24:00"
_TIME = r"(?:(?:[01]?\d|2[0-3]):[0-5]\d|24:00)"
_PART = re.compile(rf"([a-z]{{3}}(?:-[a-z]{{3}})?)\s+((?:{_TIME}-{_TIME}[\s,]*)+)")
_SPAN = re.compile(f"{_TIME}-{_TIME}")


class HoursUnreadable(ValueError):
    """Write hours as “mon-fri 09:00-12:00 13:00-18:00; sat 10:00-14:00”."""


class ChangeRefused(Exception):
    """A change does not fit the scenario: it names what is not there, or says too little."""


def week(words: str) -> dict[str, list[str]]:
    """Hours of a week written on one line, as a scenario has them.

    >>> week("mon-fri 09:00-12:00 13:00-18:00; sat 10:00-14:00")
    {'mon-fri': ['09:00-12:00', '13:00-18:00'], 'sat': ['10:00-14:00']}

    Raises: HoursUnreadable
    """
    found: dict[str, list[str]] = {}
    for part in filter(None, (each.strip().lower() for each in re.split(r"[;；\n]", words))):
        matched = _PART.fullmatch(part)
        if matched is None:
            raise HoursUnreadable(HoursUnreadable.__doc__)
        found.setdefault(matched[1], []).extend(_SPAN.findall(matched[2]))
    reader = Reader()
    reader.week(found, "hours")
    if reader.faults or not found:
        raise HoursUnreadable(HoursUnreadable.__doc__)
    return found


def altered(graph: Graph, given: Mapping[str, Any], changes: Sequence[Change]) -> dict[str, Any]:
    """The scenario with the changes made; `given` stays as it is.

    Raises: ChangeRefused
    """
    found: dict[str, Any] = copy.deepcopy(dict(given))
    for change in changes:
        kind = _KINDS.get(str(change.get("do")))
        if kind is None or any(name not in change for name in kind.needs.split()):
            raise ChangeRefused(f"{change.get('do')}: {ChangeRefused.__doc__}")
        try:
            kind.made(_Place(found, graph), change)
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            raise ChangeRefused(f"{change['do']}: {fault}") from fault
    return found


class _Place(NamedTuple):
    scenario: dict[str, Any]
    graph: Graph

    def part(self, section: str, name: str) -> dict[str, Any]:
        """What a section says of one thing; made where nothing is said yet."""
        found: dict[str, Any] = self.scenario.setdefault(section, {}).setdefault(name, {})
        return found


def _people(at: _Place, change: Change) -> None:
    pool = at.scenario["pools"][change["pool"]]
    if change.get("calendar") == EVERY:
        pool["people"] = _grown(pool["people"], change["to"])
    elif change.get("calendar"):
        pool["people"] = {**pool["people"], change["calendar"]: change["to"]}
    else:
        pool["people"] = change["to"]


def _grown(people: Mapping[str, int], to: int) -> dict[str, int]:
    """So many people: more of them have the first calendar, fewer of them are missing from the last."""
    found, more = dict(people), to - sum(people.values())
    for name in reversed(list(people)):
        less = min(max(-more, 0), found[name])
        found[name], more = found[name] - less, more + less
    found[next(iter(people))] += max(more, 0)
    return found


def _hours(at: _Place, change: Change) -> None:
    pool, words = at.scenario["pools"][change["pool"]], change["to"]
    at.part("calendars", words).update(week(words))
    before = change.get("calendar")
    if before:
        people = dict(pool["people"])
        count = people.pop(before)
        pool["people"] = {**people, words: people.get(words, 0) + count}
    else:
        pool["hours"] = words


def _wage(at: _Place, change: Change) -> None:
    at.scenario["pools"][change["pool"]]["cost_per_hour"] = change["to"]


def _at_once(at: _Place, change: Change) -> None:
    at.scenario["pools"][change["pool"]]["at_once"] = change["to"]


def _pool(at: _Place, change: Change) -> None:
    if change["pool"] in at.scenario.setdefault("pools", {}):
        raise ValueError("a pool of this name is there")
    words = change["hours"]
    at.part("calendars", words).update(week(words))
    at.scenario["pools"][change["pool"]] = {
        "people": change["people"], "hours": words, "cost_per_hour": change["cost_per_hour"],
    }  # fmt: skip


def _time(at: _Place, change: Change) -> None:
    mean, deviation = change["mean"], change["spread"]
    service = {"lognormal": {"mean": mean, "deviation": deviation}} if mean > 0 and deviation > 0 else mean
    at.part("tasks", change["step"])["service"] = service


def _faster(at: _Place, change: Change) -> None:
    task, reader = at.part("tasks", change["step"]), Reader()
    if not 0 < change["percent"] < 100:
        raise ValueError("between 0 and 100")
    found = reader.distribution(task.get("service", 0), "service")
    if found is None or reader.faults:
        raise ScenarioRefused(reader.faults)
    if found.mean > 0:
        task["service"] = written(found.times(1 - change["percent"] / 100))


def _who(at: _Place, change: Change) -> None:
    task = at.part("tasks", change["step"])
    task.pop("automated", None)
    task["pools"] = list(change["pools"])


def _machine(at: _Place, change: Change) -> None:
    task = at.part("tasks", change["step"])
    for name in ("pools", "patience", "batch", "urgency"):
        task.pop(name, None)
    task["automated"], task["service"] = True, change["seconds"]


def _leave_out(at: _Place, change: Change) -> None:
    at.graph.node(change["step"])  # it is there
    at.scenario.setdefault("tasks", {})[change["step"]] = {
        "automated": True, "service": 0, "cost": 0, "material": 0,
    }  # fmt: skip


def _batch(at: _Place, change: Change) -> None:
    task = at.part("tasks", change["step"])
    task.pop("batch", None)
    if change["size"] > 1:
        longest = {} if change.get("longest") is None else {"longest": change["longest"]}
        task["batch"] = {"size": change["size"], **longest}


def _cost(at: _Place, change: Change) -> None:
    at.part("tasks", change["step"])["cost"] = change["to"]


def _shares(at: _Place, change: Change) -> None:
    at.scenario.setdefault("gateways", {})[change["choice"]] = dict(change["ways"])


def _event(at: _Place, change: Change) -> None:
    event = at.part("events", change["event"])
    if change.get("mean") is not None:
        event["after"] = {"exponential": change["mean"]} if change.get("varies") else change["mean"]
    if change.get("chance") is not None:
        event["chance"] = change["chance"]


def _arrivals(at: _Place, change: Change) -> None:
    arrivals, factor = dict(at.scenario["arrivals"]), float(change["factor"])
    if not 0 < factor <= 100:
        raise ValueError("between 0 and 100")
    if "times" in arrivals:
        raise ValueError("cases that come at given times cannot be made more")
    if "per_hour" in arrivals:
        arrivals["per_hour"] = _scaled(arrivals["per_hour"], factor)
    else:
        reader = Reader()
        gap = reader.distribution(arrivals["gap"], "gap")
        if gap is None or reader.faults:
            raise ScenarioRefused(reader.faults)
        arrivals["gap"] = written(gap.times(1 / factor))
    if "cases" in arrivals:
        arrivals["cases"] = max(round(arrivals["cases"] * factor), 1)
    at.scenario["arrivals"] = arrivals


def _scaled(rates: Any, factor: float) -> Any:
    if isinstance(rates, dict):
        return {name: _scaled(value, factor) for name, value in rates.items()}
    if isinstance(rates, list):
        return [_scaled(value, factor) for value in rates]
    return rates * factor


def _promise(at: _Place, change: Change) -> None:
    promises = at.scenario.setdefault("promises", {})
    if change["within"] is None:
        del promises[change["promise"]]
    else:
        at.part("promises", change["promise"])["within"] = change["within"]


def _length(at: _Place, change: Change) -> None:
    if change.get("days"):
        arrivals = dict(at.scenario["arrivals"])
        arrivals["for"] = change["days"] * 86_400
        at.scenario["arrivals"] = arrivals
    if change.get("warm_up_days") is not None:
        at.scenario["warm_up"] = change["warm_up_days"] * 86_400
    if change.get("replications"):
        at.scenario["replications"] = change["replications"]


class _Kind(NamedTuple):
    made: Callable[[_Place, Change], None]
    needs: str


_KINDS: dict[str, _Kind] = {
    "people": _Kind(_people, "pool to"),
    "hours": _Kind(_hours, "pool to"),
    "wage": _Kind(_wage, "pool to"),
    "at_once": _Kind(_at_once, "pool to"),
    "pool": _Kind(_pool, "pool people hours cost_per_hour"),
    "time": _Kind(_time, "step mean spread"),
    "faster": _Kind(_faster, "step percent"),
    "who": _Kind(_who, "step pools"),
    "machine": _Kind(_machine, "step seconds"),
    "leave_out": _Kind(_leave_out, "step"),
    "batch": _Kind(_batch, "step size"),
    "cost": _Kind(_cost, "step to"),
    "shares": _Kind(_shares, "choice ways"),
    "event": _Kind(_event, "event"),
    "arrivals": _Kind(_arrivals, "factor"),
    "promise": _Kind(_promise, "promise within"),
    "length": _Kind(_length, ""),
}


def faults_of(refusal: Exception) -> list[Fault]:
    """What is wrong, of anything that may be raised when a scenario is altered and read."""
    if isinstance(refusal, ScenarioRefused):
        return refusal.faults
    return [Fault("", str(refusal), "")]
