"""A scenario file beside a flow: who works, how long things take, which way cases go. See `docs/how-to/simulate.md`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from zhoudao.conduct.insight.flow_model import Drawing, unsound
from zhoudao.conduct.insight.scenario_reading import Reader, ScenarioRefused
from zhoudao.engines.bpmn.graph import Graph, On
from zhoudao.engines.simulation.calendars import ALWAYS, Calendar
from zhoudao.engines.simulation.checking import ModelRefused, check
from zhoudao.engines.simulation.model import Arrivals, Model, Pool, Promise

SECTIONS = (
    "begins start arrivals calendars pools tasks gateways events promises importance replications warm_up seed note"
)
_EPOCH = datetime(1970, 1, 1)  # the wall clock of the shop has no zone


@dataclass(frozen=True)
class Scenario:
    """What is to be simulated, how often, what is cut off at the beginning (seconds), and the seed of its luck."""

    model: Model
    replications: int
    warm_up: float
    seed: int


def read(graph: Graph, given: Any) -> Scenario:
    """A scenario, as parsed JSON, for a flow.

    Raises: ScenarioRefused, with everything that is wrong: element, what, what to do.
    """
    faults = unsound(graph)
    if faults:
        raise ScenarioRefused(faults)
    reader = Reader()
    values = reader.mapping(given, "the scenario", SECTIONS)
    for name, week in reader.mapping(values.get("calendars", {}), "calendars").items():
        reader.calendars[name] = reader.week(week, f"calendars.{name}")
    pools = _pools(reader, values.get("pools", {}))
    parts = {name: reader.mapping(values.get(name, {}), name) for name in ("tasks", "events", "gateways")}
    drawing = Drawing(graph, reader, frozenset(pool.id for pool in pools), **parts)
    scenario = Scenario(
        Model(
            nodes=drawing.nodes(), flows=drawing.flows(), start=_start(graph, reader, values.get("start")),
            arrivals=_arrivals(reader, values.get("arrivals", {})), pools=pools,
            promises=_promises(graph, reader, values.get("promises", {})), ranks=_ranks(reader, values),
            begins=_begins(reader, values.get("begins", "2026-01-05")),
            names={node.id: node.name for node in graph.nodes if node.name},
        ),
        replications=reader.count(values.get("replications", 20), "replications", least=1, most=10_000),
        warm_up=reader.seconds(values.get("warm_up", 0), "warm_up"),
        seed=reader.count(values.get("seed", 1), "seed", least=0, most=1 << 62),
    )  # fmt: skip
    if reader.faults:
        raise ScenarioRefused(reader.faults)
    _try(scenario.model)
    return scenario


def _try(model: Model) -> None:
    try:
        check(model)
    except ModelRefused as refusal:
        raise ScenarioRefused(refusal.faults) from refusal


def _start(graph: Graph, reader: Reader, given: Any) -> str:
    starts = {start.id: start for start in graph.starts()}
    if given is None:
        plain = [name for name, start in starts.items() if start.event.on is On.NONE]
        return next(iter(plain or starts))
    if given not in starts:
        reader.fault("start", f"The flow has no start event {given!r}.", f"Known are: {', '.join(starts)}.")
    return str(given)


def _begins(reader: Reader, given: Any) -> int:
    try:
        moment = datetime.fromisoformat(given)
        if moment.tzinfo is not None:
            raise ValueError(given)
    except (TypeError, ValueError):
        reader.fault("begins", f"{given!r} is no day or time of the wall clock.", 'Write it as "2026-01-05T08:00".')
        return 0
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _pools(reader: Reader, given: Any) -> tuple[Pool, ...]:
    found = []
    for name, value in reader.mapping(given, "pools").items():
        where = f"pools.{name}"
        values = reader.mapping(value, where, "people hours cost_per_hour at_once")
        found.append(
            Pool(
                name, _people(reader, values, where),
                reader.number(values.get("cost_per_hour", 0), f"{where}.cost_per_hour"),
                reader.count(values.get("at_once", 1), f"{where}.at_once", least=1, most=1000),
            )
        )  # fmt: skip
    return tuple(found)


def _people(reader: Reader, values: Mapping[str, Any], where: str) -> tuple[Calendar, ...]:
    """So many with the pool's hours, or so many for each calendar: `{"early": 2, "late": 3}`."""
    people = values.get("people", 0)
    if isinstance(people, Mapping):
        found: list[Calendar] = []
        for name, count in people.items():
            hours = reader.calendar(name, f"{where}.people")
            found += [hours or ALWAYS] * reader.count(count, f"{where}.people.{name}", least=0, most=10_000)
        return tuple(found)
    hours = reader.calendar(values["hours"], f"{where}.hours") if "hours" in values else ALWAYS
    return (hours or ALWAYS,) * reader.count(people, f"{where}.people", least=0, most=10_000)


def _arrivals(reader: Reader, given: Any) -> Arrivals:
    values = reader.mapping(given, "arrivals", "gap per_hour times cases for")
    return Arrivals(
        gap=reader.distribution(values["gap"], "arrivals.gap") if "gap" in values else None,
        rates=_rates(reader, values["per_hour"]) if "per_hour" in values else (),
        times=tuple(reader.times(values["times"], "arrivals.times")) if "times" in values else (),
        cases=reader.count(values["cases"], "arrivals.cases", least=1) if "cases" in values else None,
        seconds=reader.seconds(values["for"], "arrivals.for") if "for" in values else None,
    )


def _rates(reader: Reader, given: Any) -> tuple[float, ...]:
    """One rate for every hour, 168 of them, or by days and hours: `{"mon-fri": {"09:00-18:00": 6}}`."""
    if isinstance(given, list):
        return tuple(reader.number(each, f"arrivals.per_hour[{hour}]") for hour, each in enumerate(given))
    if not isinstance(given, Mapping):
        return (reader.number(given, "arrivals.per_hour"),) * 168
    rates = [0.0] * 168
    for days, spans in given.items():
        where = f"arrivals.per_hour.{days}"
        for span, rate in reader.mapping(spans, where).items():
            value = reader.number(rate, f"{where}.{span}")
            for first, last in reader.week({days: [span]}, where).windows:
                if first % 60 or last % 60:
                    reader.fault(where, f"{span!r} does not begin and end with an hour.", "Write whole hours.")
                rates[first // 60 : last // 60] = [value] * (last // 60 - first // 60)
    return tuple(rates)


def _promises(graph: Graph, reader: Reader, given: Any) -> tuple[Promise, ...]:
    found = []
    known = {node.id for node in graph.nodes}
    for name, value in reader.mapping(given, "promises").items():
        where = f"promises.{name}"
        values = reader.mapping(value, where, "within until hours")
        until = values.get("until")
        if until is not None and until not in known:
            reader.fault(f"{where}.until", f"The flow has no element {until!r}.", "Name the step that keeps it.")
            until = None
        hours = reader.calendar(values["hours"], f"{where}.hours") if "hours" in values else None
        found.append(Promise(name, reader.seconds(values.get("within"), f"{where}.within"), until, hours))
    return tuple(found)


def _ranks(reader: Reader, values: Mapping[str, Any]) -> tuple[float, ...]:
    given = values.get("importance", [1.0])
    if not isinstance(given, list) or not given:
        reader.fault("importance", "It is no list of shares.", "Write the share of the most important first.")
        return (1.0,)
    return tuple(reader.number(each, f"importance[{at}]", most=1.0) for at, each in enumerate(given))
