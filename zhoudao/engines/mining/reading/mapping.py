"""Which column says what: as it is given, or found by what columns are called and hold."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow.compute as pc

from zhoudao.engines.mining.reading.columns import is_counted, moments_of, times_share
from zhoudao.engines.mining.reading.headings import fit
from zhoudao.engines.mining.reading.remarks import LogUnreadable, Remark, remark
from zhoudao.engines.mining.reading.table import Table

_SAMPLE = 20_000
_UNSURE = 0.7
LIFECYCLE = frozenset((
    "schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "pi_abort", "ate_abort", "abort",
    "complete", "autoskip", "manualskip", "unknown", "begin", "end", "started", "completed", "finished",
))  # fmt: skip


@dataclass(frozen=True)
class Mapping:
    """Which columns of a file say what. None: to be found out; "" (or no column): nobody says it.

    `activity` may be several columns, whose words are joined by " / ". `end` is when a step was completed. `columns`
    are those kept as further attributes, all others where it is None. `day_first`: of 3/4/2026, whether it is in April.
    """

    case: str | None = None
    activity: tuple[str, ...] | None = None
    end: str | None = None
    start: str | None = None
    resource: str | None = None
    lifecycle: str | None = None
    columns: tuple[str, ...] | None = None
    day_first: bool | None = None

    @property
    def named(self) -> frozenset[str]:
        """Every column that it names."""
        one = (self.case, self.end, self.start, self.resource, self.lifecycle, *(self.activity or ()))
        return frozenset(name for name in (*one, *(self.columns or ())) if name)


@dataclass
class Found:
    """A whole mapping, how sure each of its columns is (0 to 1; 1 what was given), and what is to be said of it."""

    mapping: Mapping
    sure: dict[str, float] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)


def found_mapping(table: Table, given: Mapping | None) -> Found:
    """The mapping of a table: what is given, and for the rest what its columns are called and hold.

    Raises: LogUnreadable (a column that is not there; no case, activity or time)
    """
    given = given or Mapping()
    for name in given.named:
        if name not in table.columns:
            raise LogUnreadable(f"There is no column “{name}”. There are: {', '.join(table.columns)}.", "no_column")
    columns = [_Seen(name, table.columns[name][:_SAMPLE]) for name in table.columns]
    found = Found(given, {role: 1.0 for role in ("case", "activity", "end") if getattr(given, role) is not None})
    if given.activity is None and "concept:name" not in table.columns:
        _classify(found, table)
    _find(
        found,
        "end",
        [each for each in columns if each.times >= (0.3 if fit(each.name, "end") > 0.8 else 0.8)],
        _as_time,
    )
    _find(found, "start", _starts(columns, found.mapping), _as_start)
    _find(found, "case", columns, _as_case)
    _find(found, "activity", [each for each in columns if each.times < 0.5], _as_activity)
    _find(found, "lifecycle", columns, lambda each: fit(each.name, "lifecycle"))
    _find(found, "resource", [each for each in columns if each.times < 0.5], _as_resource)
    _require(found, table)
    return found


class _Seen:
    """What the first cells of a column show."""

    def __init__(self, name: str, cells: Any) -> None:
        self.name, self.cells, self.rows = name, cells, max(len(cells), 1)
        if not len(cells):  # a header without rows: names alone speak
            named = max(fit(name, "end"), fit(name, "start"))
            self.distinct, self.said, self.times, self.is_counted = 1, 1.0, float(named > 0.8), False
            return
        self.distinct = pc.count_distinct(cells.cast("string") if hasattr(cells, "cast") else cells).as_py()
        self.said = (len(cells) - cells.null_count) / self.rows
        self.times = times_share(cells)
        self.is_counted = self.times > 0 and is_counted(cells)

    @property
    def variety(self) -> float:
        """Different values by row."""
        return float(self.distinct / self.rows)


def _find(found: Found, role: str, columns: Sequence[_Seen], score: Any) -> None:
    if getattr(found.mapping, role) is not None:
        return
    free = [each for each in columns if each.name not in found.mapping.named]
    best = max(free, key=score, default=None)
    sure = score(best) if best is not None else 0.0
    name = best.name if best is not None and sure > 0.2 else ""
    value: Any = ((name,) if name else ()) if role == "activity" else name
    found.mapping = replace(found.mapping, **{role: value})
    if name:
        found.sure[role] = round(min(sure, 1.0), 2)
        if sure < _UNSURE:
            found.remarks.append(remark("taken_for", column=name, role=role))


def _classify(found: Found, table: Table) -> None:
    """The first classifier whose keys are all there, without the one of the life of a step."""
    for keys in table.classifiers.values():
        names = tuple(key for key in keys if key != "lifecycle:transition")
        if names and all(name in table.columns for name in names):
            found.mapping = replace(found.mapping, activity=names)
            return


def _as_time(column: _Seen) -> float:
    """Numbers alone are moments only where the name says so."""
    named = fit(column.name, "end")
    if fit(column.name, "start") > named:
        return 0.25 * column.times
    plain = 0.0 if column.is_counted else 0.4
    return column.times * max(named, plain) if column.variety > 0 else 0.0


def _starts(columns: Sequence[_Seen], mapping: Mapping) -> list[_Seen]:
    """Columns of moments that are hardly ever after the end."""
    end = next((each for each in columns if each.name == mapping.end), None)
    if end is None:
        return []
    until = moments_of(end.name, end.cells, day_first=mapping.day_first)
    found = []
    for each in columns:
        if each.times < 0.8 or not fit(each.name, "start"):
            continue
        begun = moments_of(each.name, each.cells, day_first=mapping.day_first)
        both = begun.said & until.said
        if both.any() and float(np.mean(begun.when[both] <= until.when[both])) >= 0.9:
            found.append(each)
    return found


def _as_start(column: _Seen) -> float:
    return fit(column.name, "start")


def _as_case(column: _Seen) -> float:
    """A case has more events than one, and there are many of them."""
    if column.said < 0.5 or (column.times > 0.8 and not column.is_counted):
        return 0.0
    named = fit(column.name, "case")
    repeats = 1.0 if column.distinct > 1 and column.variety <= 0.8 else 0.75
    shaped = 0.45 if 0.02 <= column.variety <= 0.5 and column.distinct > 5 else 0.0
    return max(named * repeats, shaped)


def _as_activity(column: _Seen) -> float:
    """There are few activities, and more than one."""
    if column.said < 0.2:
        return 0.0
    named = fit(column.name, "activity")
    shaped = 0.4 if 3 <= column.distinct <= max(60, column.rows // 50) and column.variety < 0.3 else 0.0
    return max(named * (0.6 if column.variety > 0.9 and column.rows > 50 else 1.0), shaped)


def _as_resource(column: _Seen) -> float:
    return fit(column.name, "resource")


def _require(found: Found, table: Table) -> None:
    missing = [role for role in ("case", "activity", "end") if not getattr(found.mapping, role)]
    if not table.columns:
        raise LogUnreadable("The file has no events.", "empty")
    if missing:
        words = {"case": "case", "activity": "activity", "end": "time"}
        asked = ", ".join(words[role] for role in missing)
        raise LogUnreadable(
            f"No column was found for: {asked}. Name them; there are: {', '.join(table.columns)}.", "no_role"
        )
