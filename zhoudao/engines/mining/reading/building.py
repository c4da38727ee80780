"""A table and its mapping become a log: rows that cannot be read are left out by number, times become moments."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from zhoudao.engines.mining.interning import interned
from zhoudao.engines.mining.log import Codes, Log, Times
from zhoudao.engines.mining.reading import clock
from zhoudao.engines.mining.reading.columns import Moments, moments_of
from zhoudao.engines.mining.reading.lifecycle import COMPLETE, COMPLETES, OTHER, START, STARTS, paired
from zhoudao.engines.mining.reading.limits import Limits
from zhoudao.engines.mining.reading.mapping import LIFECYCLE, Found, Mapping
from zhoudao.engines.mining.reading.remarks import RefusedRow, Remark, remark
from zhoudao.engines.mining.reading.table import Table, coded, from_codes

JOINED = " / "
_INSTANCE = "concept:instance"
KEPT_ROWS = 1_000
_FAULTS = ("", "no_case", "no_activity", "no_time", "bad_time", "bad_start", "long")
_NO_CASE, _NO_ACTIVITY, _NO_TIME, _BAD_TIME, _BAD_START, _LONG = range(1, 7)


@dataclass(frozen=True)
class ReadLog:
    """A log, and how it was read: the mapping used and how sure each of its columns is (0 to 1), what is to be known of
    it, the first 1,000 rows that were left out, and how many there were, of how many rows."""

    log: Log
    mapping: Mapping
    sure: dict[str, float]
    warnings: Sequence[Remark]
    refused_rows: Sequence[RefusedRow]
    refused_count: int
    rows: int


@dataclass
class _Rows:
    """What was read of the rows so far: words by role, moments, and the rows that stay."""

    words: dict[str, tuple[Codes, Any]]
    end: Moments
    fault: NDArray[np.uint8]
    begun: Times | None = None
    is_paired: bool = False
    is_life_said: bool = True
    remarks: list[Remark] = field(default_factory=list)


def built(table: Table, found: Found, *, zone: str, limits: Limits) -> ReadLog:
    """The log of a table. `zone`: whose clock is meant where a time says none."""
    mapping = found.mapping
    rows = _read(table, mapping, zone, limits)
    kept = rows.fault == 0
    mapping = _steps(rows, mapping, kept)
    kept &= rows.fault == 0
    log = _log(rows, kept, _further(table, mapping, rows, limits))
    refused = _refused(table, mapping, rows.fault)
    count = int((rows.fault > 0).sum() - (rows.fault == _JOINED_AWAY).sum()) + table.refused_count
    total = len(table) + table.refused_count
    said = [*table.remarks, *found.remarks, *rows.remarks, *_said_of(log, limits)]
    if table.refused_count:
        said.append(remark("rows_ragged", count=table.refused_count))
    if count:
        said.append(remark("rows_refused", count=count, rows=total))
    kept_rows = sorted([*table.refused, *refused], key=lambda each: each.row)[:KEPT_ROWS]
    return ReadLog(log, mapping, found.sure, said, kept_rows, count, total)


_JOINED_AWAY = 255  # a start that stands in the step it began


def _read(table: Table, mapping: Mapping, zone: str, limits: Limits) -> _Rows:
    instance = _INSTANCE if mapping.lifecycle and _INSTANCE in table.columns else ""
    roles = {"case": mapping.case, "resource": mapping.resource, "lifecycle": mapping.lifecycle, "instance": instance}
    words = {role: coded(table.columns[name]) for role, name in roles.items() if name}
    words["activity"] = _activity(table, mapping.activity or ())
    end = moments_of(mapping.end or "", table.columns[mapping.end or ""], zone=zone, day_first=mapping.day_first)
    rows = _Rows(words, end, _faults(words, end, limits), remarks=list(end.remarks))
    if mapping.start:
        start = moments_of(mapping.start, table.columns[mapping.start], zone=zone, day_first=mapping.day_first)
        rows.remarks += start.remarks
        rows.fault[(rows.fault == 0) & (start.state == clock.BAD)] = _BAD_START
        rows.begun = _begun(rows, start)
    return rows


def _activity(table: Table, names: Sequence[str]) -> tuple[Codes, Any]:
    """The words of one column, or of several joined; a row has one where any of them says something."""
    if len(names) == 1:
        return coded(table.columns[names[0]])
    parts = [table.columns[name].cast(pa.string()) for name in names]
    return coded(pc.binary_join_element_wise(*parts, JOINED, null_handling="skip"))


def _faults(words: dict[str, tuple[Codes, Any]], end: Moments, limits: Limits) -> NDArray[np.uint8]:
    """What is wrong with each row, as a place in `_FAULTS`; 0 is nothing."""
    fault = np.zeros(len(end.when), np.uint8)
    for role, missing in (("activity", _NO_ACTIVITY), ("case", _NO_CASE)):
        codes, names = words[role]
        blank = pc.equal(pc.utf8_trim_whitespace(names), "") if role == "case" else pc.is_null(names)
        flags = np.append(blank.to_numpy(zero_copy_only=False), True)
        fault[np.append(_long(names, limits.name), False)[codes]] = _LONG
        fault[flags[codes]] = missing
    fault[(fault == 0) & (end.state == clock.EMPTY)] = _NO_TIME
    fault[(fault == 0) & (end.state == clock.BAD)] = _BAD_TIME
    return fault


def _long(names: Any, most: int) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = pc.greater(pc.utf8_length(names), most).to_numpy(zero_copy_only=False)
    return found


def _begun(rows: _Rows, start: Moments) -> Times:
    """When each step began: when it ended where that is not said, or said to be later."""
    kept = rows.fault == 0
    unknown, late = kept & ~start.said, kept & start.said & (start.when > rows.end.when)
    for code, which in (("began_unknown", unknown), ("began_late", late)):
        if which.any():
            rows.remarks.append(remark(code, count=int(which.sum())))
    return np.where(start.said, np.minimum(start.when, rows.end.when), rows.end.when)


def _steps(rows: _Rows, mapping: Mapping, kept: NDArray[np.bool_]) -> Mapping:
    """Joins starts and completions, where the file has a row for each."""
    name = mapping.lifecycle
    if not name:
        return mapping
    codes, words = rows.words["lifecycle"]
    said = [str(word).strip().casefold() for word in words.to_pylist()]
    known = np.array([word in LIFECYCLE for word in said] + [False])[codes][kept]
    if not kept.any() or known.sum() < 0.9 * (codes[kept] >= 0).sum():
        if "lifecycle" in name.casefold():
            rows.remarks.append(remark("lifecycle_states", column=name, values=_few(words.to_pylist())))
        return replace(mapping, lifecycle="")
    kinds = np.array([_kind(word) for word in said] + [COMPLETE], np.uint8)[codes]  # what is not said is an end
    if rows.begun is None and (kinds[kept] == START).any():
        _pair(rows, kinds, kept)
    others = kept & (kinds == OTHER)
    rows.is_life_said = bool(others.any())
    if rows.is_life_said:
        values = _few([words[int(code)].as_py() for code in np.unique(codes[others])])
        rows.remarks.append(remark("lifecycle_other", count=int(others.sum()), column=name, values=values))
    return mapping


def _kind(word: str) -> int:
    return START if word in STARTS else COMPLETE if word in COMPLETES else OTHER


def _few(words: Sequence[str]) -> str:
    return ", ".join(map(str, words[:5])) + (", …" if len(words) > 5 else "")


def _pair(rows: _Rows, kinds: NDArray[np.uint8], kept: NDArray[np.bool_]) -> None:
    places = np.flatnonzero(kept)
    nobody = np.full(len(kept), -1, np.int32)
    who = next((rows.words[role][0] for role in ("instance", "resource") if role in rows.words), nobody)
    found = paired(
        case=rows.words["case"][0][places], activity=rows.words["activity"][0][places], who=who[places],
        when=rows.end.when[places], kind=kinds[places],
    )  # fmt: skip
    rows.is_paired = True
    rows.begun = rows.end.when.copy()
    rows.begun[places] = found.begun
    rows.fault[places[~found.kept]] = _JOINED_AWAY
    for code, count in (("starts_unpaired", found.starts_alone), ("completes_unpaired", found.completes_alone)):
        if count:
            rows.remarks.append(remark(code, count=count))


def _further(table: Table, mapping: Mapping, rows: _Rows, limits: Limits) -> dict[str, tuple[Codes, Any]]:
    """The further attributes: no column of the case, activity, times or resource, and none of too many values."""
    used = {mapping.case, mapping.end, mapping.start, mapping.resource}
    used |= {mapping.lifecycle} if not rows.is_life_said else set()
    used |= {_INSTANCE} if rows.is_paired and "instance" in rows.words else set()
    used |= set(mapping.activity or ()) if len(mapping.activity or ()) == 1 else set()
    names = mapping.columns if mapping.columns is not None else [name for name in table.columns if name not in used]
    found: dict[str, tuple[Codes, Any]] = {}
    for name in names:
        codes, words = coded(table.columns[name])
        if len(words) > limits.values and mapping.columns is None:
            rows.remarks.append(remark("values_many", column=name, count=len(words)))
            continue
        words = words.cast(pa.string())
        if len(words) and _long(words, limits.cell).any():
            words = pc.utf8_slice_codeunits(words, 0, limits.cell)
            rows.remarks.append(remark("cells_cut", column=name, most=limits.cell))
        found[name] = (codes, words)
    return found


def _log(rows: _Rows, kept: NDArray[np.bool_], further: dict[str, tuple[Codes, Any]]) -> Log:
    resource = rows.words.get("resource")
    return interned(
        case=_only(rows.words["case"], kept), activity=_only(rows.words["activity"], kept), end=rows.end.when[kept],
        begun=None if rows.begun is None else rows.begun[kept],
        resource=None if resource is None else _only(resource, kept, is_empty_said=False),
        columns={name: _only(each, kept, is_empty_said=False) for name, each in further.items()},
    )  # fmt: skip


def _only(column: tuple[Codes, Any], kept: NDArray[np.bool_], *, is_empty_said: bool = True) -> Any:
    """A coded column of the kept rows; its words are those that are left, each once, as they first stand there."""
    codes, words = column[0][kept], column[1].cast(pa.string())
    if not is_empty_said and len(words):
        empty = pc.fill_null(pc.equal(words, ""), True).to_numpy(zero_copy_only=False)
        codes = np.where(np.append(empty, True)[codes], -1, codes)
    first = np.full(len(words) + 1, len(codes), np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    first = first[:-1]
    used = np.argsort(first, kind="stable")[: int((first < len(codes)).sum())]
    fresh = np.full(len(words) + 1, -1, np.int32)
    fresh[used] = np.arange(len(used), dtype=np.int32)
    return from_codes(fresh[codes], words.take(pa.array(used)))


def _said_of(log: Log, limits: Limits) -> list[Remark]:
    said = []
    same = duplicates(log)
    if same:
        said.append(remark("duplicates", count=same))
    if len(log.activities) > limits.activities:
        said.append(remark("activities_many", count=len(log.activities)))
    if "" in log.activities:
        empty = int((log.activity == log.activities.index("")).sum())
        said.append(remark("activities_empty", count=empty))
    return said


def duplicates(log: Log) -> int:
    """How many events are like one before them in everything."""
    if len(log) < 2:
        return 0
    near = (log.case[1:] == log.case[:-1]) & (log.end[1:] == log.end[:-1])
    rows = np.flatnonzero(np.append(near, False) | np.append(False, near))
    if not len(rows):
        return 0
    whole: list[Any] = [log.case, log.activity, log.end, log.begun, log.resource]
    whole += [column.codes for column in log.columns.values()]
    seen = np.column_stack([each[rows].astype(np.int64) for each in whole if each is not None])
    return len(rows) - len(np.unique(seen, axis=0))


def _refused(table: Table, mapping: Mapping, fault: NDArray[np.uint8]) -> list[RefusedRow]:
    shown = {_BAD_TIME: mapping.end, _BAD_START: mapping.start}
    found = []
    for row in np.flatnonzero((fault > 0) & (fault != _JOINED_AWAY))[:KEPT_ROWS]:
        column = shown.get(int(fault[row]))
        cell = str(table.columns[column][int(row)].as_py())[:80] if column else ""
        found.append(RefusedRow(int(table.numbers[row]), _FAULTS[fault[row]], cell))
    return found
