"""An experiment's outcome as its page shows it, in the language that is active. No numpy: what is shown was counted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhoudao.conduct.insight.change_words import names_of
from zhoudao.conduct.insight.charts import Row as Bar
from zhoudao.conduct.insight.charts import Whisker, stacked, whiskers
from zhoudao.conduct.insight.flow_picture import flow_shaded
from zhoudao.conduct.insight.situation import Situation
from zhoudao.conduct.insight.verdicts import (
    COST,
    LOAD,
    LOST,
    SHARE,
    TIME,
    WAIT,
    WORK,
    Measure,
    Verdict,
    clear,
    duration,
    hours,
    money,
    value_of,
    verdict,
)
from zhoudao.engines.bpmn.graph import Graph

MOST_WAITS = 8


@dataclass(frozen=True)
class Simulated:
    """A variant with what came out of it; `situation` is what it was simulated with."""

    name: str
    once_cost: int
    row: Mapping[str, Any]
    situation: Situation

    def figure(self, key: str) -> Any:
        """Mean, low and high, or nothing."""
        return self.row["rows"].get(key)

    def than(self, key: str) -> Any:
        """The difference to today, or nothing."""
        return self.row["than"].get(key)


class Cell(NamedTuple):
    value: str
    range: str
    verdict: Verdict | None


class Line(NamedTuple):
    label: str
    cells: list[Cell]


class Benefit(NamedTuple):
    """What a variant costs and brings in a month, in sentences."""

    name: str
    facts: list[tuple[str, str]]
    says: str


def outcome_shown(graph: Graph, simulated: Sequence[Simulated]) -> dict[str, Any]:
    """What the template of an outcome needs; the first is today."""
    names = names_of(graph)
    return {
        "heads": [one.name for one in simulated],
        "groups": [
            (title, [line for line in lines if any(cell.value != "–" for cell in line.cells)])
            for title, lines in _groups(simulated, names)
        ],
        "benefits": [_benefit(one, simulated[0]) for one in simulated[1:]],
        "pictures": _pictures(simulated, names),
        "flows": [(one.name, _drawn(graph, one)) for one in simulated],
        "warnings": [words for one in simulated for words in _warnings(one)],
    }


def _groups(simulated: Sequence[Simulated], names: Mapping[str, str]) -> Iterator[tuple[str, list[Line]]]:
    promises = dict.fromkeys(name for one in simulated for name, _within in one.situation.promises)
    yield (
        pgettext("process", "Cases"),
        [
            _line(_("Half of the cases are done within"), "cycle_median|", TIME, simulated),
            _line(_("Nine of ten cases are done within"), "cycle_p90|", TIME, simulated),
            *(
                _line(_("Promise “{name}” kept").format(name=name), f"kept|{name}", SHARE, simulated)
                for name in promises
            ),
            *([_line(_("Lost patience"), "gave_up|", LOST, simulated)] if _is_ever(simulated, "gave_up|") else []),
        ],
    )
    yield (
        _("Money and work"),
        [
            _line(_("Cost of a case: work, steps, material"), "cost|", COST, simulated),
            _line(_("Cost of a month: all paid hours, steps, material"), "month_cost|", COST, simulated),
            _line(_("Hours worked in a month"), "month_work|", WORK, simulated),
        ],
    )
    pools = dict.fromkeys(crew.pool for one in simulated for crew in one.situation.crews)
    yield _("How busy people are"), [_line(pool, f"utilisation|{pool}", LOAD, simulated) for pool in pools]
    steps = dict.fromkeys(step.id for one in simulated for step in one.situation.steps if step.pools or step.batch > 1)
    yield _("Wait before a step"), [_line(names.get(step, step), f"wait|{step}", WAIT, simulated) for step in steps]


def _is_ever(simulated: Sequence[Simulated], key: str) -> bool:
    return any((one.figure(key) or [0])[0] for one in simulated)


def _line(label: str, key: str, measure: Measure, simulated: Sequence[Simulated]) -> Line:
    today = simulated[0].figure(key)
    cells = [
        Cell(*value_of(measure, one.figure(key)), verdict(measure, one.than(key), today) if place else None)
        for place, one in enumerate(simulated)
    ]
    return Line(label, cells)


def _benefit(one: Simulated, today: Simulated) -> Benefit:
    """What it costs more or less, what it brings, and when what it costs once is earned."""
    extra, work, sooner = (clear(one.than(key)) for key in ("month_cost|", "month_work|", "cycle_mean|"))
    cases = (one.figure("month_cases|") or [0])[0] or 0
    facts = [
        (_("Costs in a month"), _more_or_less(extra, money)),
        (_("Work in a month"), _more_or_less(work, hours)),
        (_("A case takes"), _more_or_less(sooner, duration)),
        (_("Costs once"), money(one.once_cost) if one.once_cost else _("nothing")),
    ]
    return Benefit(one.name, facts, _payback(one, extra, sooner, cases))


def _more_or_less(value: float, written: Any) -> str:
    if not value:
        return _("as today")
    return (_("{by} more") if value > 0 else _("{by} less")).format(by=written(abs(value)))


def _payback(one: Simulated, extra: float, sooner: float, cases: float) -> str:
    if extra < 0:
        if not one.once_cost:
            return _("It saves {money} in a month.").format(money=money(-extra))
        months = one.once_cost / -extra
        return _("It saves {money} in a month: what it costs once is earned after {n} months.").format(
            money=money(-extra), n=f"{months:,.1f}"
        )
    if sooner < 0 and cases:
        saved = -sooner / 3600 * cases
        if extra:
            return _("Each hour that a case is done sooner costs {money}.").format(money=money(extra / saved))
        return _("Cases are done sooner, {hours} in a month together, and no month costs more.").format(
            hours=hours(saved)
        )
    return _("It costs more and no case is done clearly sooner.") if extra else _("It neither saves nor costs.")


def _pictures(simulated: Sequence[Simulated], names: Mapping[str, str]) -> list[SafeString]:
    found = [_bars(simulated, "cycle_p90|", TIME, _("Nine of ten cases are done within"))]
    for promise in dict.fromkeys(name for one in simulated for name, _within in one.situation.promises):
        found.append(_bars(simulated, f"kept|{promise}", SHARE, _("Promise “{name}” kept").format(name=promise)))
    waits = _waits(simulated, names)
    return [picture for picture in [*found[:3], waits] if picture]


def _bars(simulated: Sequence[Simulated], key: str, measure: Measure, title: str) -> SafeString:
    rows = []
    for one in simulated:
        mean, low, high = one.figure(key) or (None, None, None)
        if mean is not None:
            value, range_ = value_of(measure, (mean, low, high))
            ends = (mean if low is None else low, mean if high is None else high)
            rows.append(Whisker(one.name, mean, ends, value, f"{one.name}: {value} ({range_})" if range_ else value))
    return whiskers(rows, title) if rows else SafeString("")


def _waits(simulated: Sequence[Simulated], names: Mapping[str, str]) -> SafeString:
    """What a case waits before each step, one bar a variant, the longest waits named."""
    keys = {key for one in simulated for key in one.row["rows"] if key.startswith("wait|")}
    means = {key: max((one.figure(key) or [0])[0] or 0 for one in simulated) for key in keys}
    kept = sorted((key for key in keys if means[key] > 0), key=lambda key: (-means[key], key))[: MOST_WAITS // 2]
    if not kept:
        return SafeString("")
    rows = []
    for one in simulated:
        values = [(one.figure(key) or [0])[0] or 0.0 for key in kept]
        says = [
            f"{names.get(key.partition('|')[2], key)}: {duration(value)}"
            for key, value in zip(kept, values, strict=True)
        ]
        rows.append(Bar(one.name, values, says, duration(sum(values))))
    titled = _("Waits, step by step: {steps}").format(steps=", ".join(names.get(key[5:], key[5:]) for key in kept))
    return stacked(rows, titled)


def _drawn(graph: Graph, one: Simulated) -> SafeString:
    """The flow with each step shaded by the time cases wait before it."""
    waits = {step.id: (one.figure(f"wait|{step.id}") or [None])[0] for step in one.situation.steps}
    known = {step: wait for step, wait in waits.items() if wait is not None}
    most = max(known.values(), default=0) or 1
    says = {step: _("waits {time}").format(time=duration(wait)) for step, wait in known.items()}
    shades = {step: wait / most for step, wait in known.items()}
    return flow_shaded(graph, shades=shades, says=says, title=_("Where cases wait: {name}").format(name=one.name))


def _warnings(one: Simulated) -> Iterator[str]:
    for crew in dict.fromkeys(crew.pool for crew in one.situation.crews):
        offered = (one.figure(f"offered|{crew}") or [0])[0] or 0
        if offered >= 1:
            yield _(
                "{variant}: more work comes to {pool} than they can do ({share} %). The queue grows as long as cases "
                "come; the waits shown say more about how long was looked at."
            ).format(variant=one.name, pool=crew, share=f"{offered * 100:.0f}")
    left = (one.figure("unfinished|") or [0])[0] or 0
    if left > 0.05:
        yield _("{variant}: {n} cases wait for a batch that does not fill. Say how long it may wait.").format(
            variant=one.name, n=f"{left:.1f}"
        )
