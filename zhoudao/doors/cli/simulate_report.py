"""What `zhoudao simulate` shows in the terminal."""

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhoudao.engines.simulation.results import Estimate, Results

Name = tuple[str, str]
_TIMES = {"cycle_mean", "cycle_median", "cycle_p90", "wait", "service"}
_SHARES = {"kept", "utilisation", "offered", "gave_up"}
_CASES = {
    "cases": "cases that came",
    "throughput": "cases that ended, an hour",
    "open": "open at the same moment",
    "cycle_mean": "cycle time, mean",
    "cycle_median": "cycle time, half within",
    "cycle_p90": "cycle time, nine of ten within",
    "cost": "cost of a case",
    "payroll": "cost of all paid hours",
    "gave_up": "lost patience",
    "unfinished": "never ended",
}
_TASKS = {"done": "done", "wait": "wait", "service": "work", "queue": "waiting", "left": "left undone"}
_POOLS = {"utilisation": "of paid time worked", "offered": "work that came"}
_WIDE = 40


def of(title: str, results: "Results", names: Mapping[str, str]) -> Iterator[str]:
    """The figures of one scenario, line by line."""
    yield f"{title}: {results.replications} replications, means with 95 % intervals"
    yield ""
    for what, label in _CASES.items():
        each = results[what]
        if each.mean or what not in ("gave_up", "unfinished"):
            yield f"{fitted(label, _WIDE)}{cell(what, each):>22}"
    for what, each in ((of_, results[what, of_]) for what, of_ in results.figures if what == "kept"):
        yield f"{fitted('kept: ' + what, _WIDE)}{cell('kept', each):>22}"
    yield from _table("step", _TASKS, results, names)
    yield from _table("people", _POOLS, results, names)
    for warning in results.warnings:
        yield f"! {warning}"
    yield ""


def _table(title: str, columns: Mapping[str, str], results: "Results", names: Mapping[str, str]) -> Iterator[str]:
    rows = [of_ for what, of_ in results.figures if what == next(iter(columns))]
    shown = [what for what in columns if what != "left" or any(results[what, of_].mean for of_ in rows)]
    if rows:
        yield ""
        yield fitted(title, _WIDE) + "".join(f"{columns[what]:>22}" for what in shown)
    for of_ in rows:
        label = _named(of_, names)
        yield fitted(label, _WIDE) + "".join(f"{cell(what, results[what, of_]):>22}" for what in shown)


def difference(found: Mapping[Name, "Estimate"], names: Mapping[str, str]) -> Iterator[str]:
    """The second less the first, where the interval leaves out zero."""
    labels = _CASES | _TASKS | _POOLS | {"kept": "kept"}
    yield "The second less the first, under the same luck"
    yield ""
    clear = {name: each for name, each in found.items() if each.is_clear}
    for (what, of_), each in clear.items():
        label = f"{labels[what]}: {_named(of_, names)}" if of_ else labels[what]
        yield f"{fitted(label, _WIDE + 12)}{cell(what, each, signed=True):>26}"
    yield f"{len(found) - len(clear)} other figures: no clear difference."


def cell(what: str, each: "Estimate", *, signed: bool = False) -> str:
    """A mean with half the width of its interval."""
    if math.isnan(each.mean):
        return "-"
    if math.isnan(each.low):
        return _number(what, each.mean, "+" if signed else "")
    return f"{_number(what, each.mean, '+' if signed else '')} ± {_number(what, (each.high - each.low) / 2, '')}"


def _number(what: str, value: float, sign: str) -> str:
    if what in _TIMES:
        return f"{value / 3600:{sign},.2f} h" if abs(value) >= 3600 else f"{value / 60:{sign},.2f} min"
    if what in _SHARES:
        return f"{value:{sign}.1%}"
    return f"{value:{sign},.2f}"


def fitted(label: str, width: int) -> str:
    """The label in so many columns; a Chinese character takes two."""
    shown, taken = "", 0
    for character in label:
        wide = 2 if ord(character) > 0x2E7F else 1
        if taken + wide > width - 1:
            break
        shown, taken = shown + character, taken + wide
    return shown + " " * (width - taken)


def _named(element: str, names: Mapping[str, str]) -> str:
    return f"{names.get(element, '')} {element}".strip()
