"""Events of several objects each (OCEL), and the log of one kind of object that is in them.

Taken as the cases of a log, the objects of one kind show an event in each case it belongs to: one event may then be
counted several times (convergence), and several events of other objects stand in one case as if they followed each
other (divergence). Both are counted and said.

Source: W. M. P. van der Aalst, Object-centric process mining: dealing with divergence and convergence in event data.
"""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from zhoudao.engines.mining.reading.gathering import Gathered
from zhoudao.engines.mining.reading.limits import Limits
from zhoudao.engines.mining.reading.remarks import LogUnreadable, RefusedRow, Remark, remark
from zhoudao.engines.mining.reading.table import Table, coded, from_codes

EVENT, ACTIVITY, TIME, OBJECT = "ocel:eid", "ocel:activity", "ocel:timestamp", "ocel:oid"
_MIX, _SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(29)


class ObjectEvents:
    """Events, and which objects of which kinds each of them is about, as they are read."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.events: Gathered | AsRead = Gathered(limits, (TIME, EVENT))
        self.numbers: NDArray[np.int64] | None = None
        self.refused: list[RefusedRow] = []
        self.refused_count = 0
        self.kinds: dict[str, int] = {}
        self.codes: dict[str, int] = {}
        self.kind_of = array("i")
        self.attributes: dict[int, dict[str, str]] = {}
        self.event_of, self.object_of = array("i"), array("i")

    def see(self, name: str, kind: str) -> int:
        """The code of an object; of one that is only pointed at, `kind` is "" until its own line is read."""
        code = self.codes.setdefault(name, len(self.kind_of))
        if code == len(self.kind_of):
            self.kind_of.append(-1)
        if kind and self.kind_of[code] < 0:
            self.kind_of[code] = self.kinds.setdefault(kind, len(self.kinds))
        return code

    def describe(self, code: int, name: str, value: str) -> None:
        """What is said of an object at last."""
        self.attributes.setdefault(code, {})[name] = value

    def happen(self, row: dict[str, str], objects: Iterable[int]) -> None:
        """One more event. Raises: LogUnreadable"""
        if self.events.rows >= self.limits.rows:
            raise LogUnreadable(f"The file has more than {self.limits.rows:,} events.", "long")
        for code in dict.fromkeys(objects):
            self.event_of.append(self.events.rows)
            self.object_of.append(code)
        if isinstance(self.events, Gathered):
            self.events.add(row)


class AsRead:
    """Columns of events that were read before."""

    def __init__(self, columns: dict[str, Any], rows: int) -> None:
        self.columns, self.rows = columns, rows

    def whole(self) -> dict[str, Any]:
        """All of them."""
        return self.columns


@dataclass(frozen=True)
class _Links:
    """Which event is about which object: codes of equal length, and the kind of each."""

    event: NDArray[np.int32]
    object: NDArray[np.int32]
    kind: NDArray[np.int32]


def flattened(found: ObjectEvents, kind: str) -> tuple[Table, str]:
    """The table of the events of one kind of object, each object a case of them; and the kind, found where none is
    given: the one that most events are about, few of them about several, and each of which has events enough.

    Raises: LogUnreadable (there is no such kind)
    """
    event, objects = _numbers(found.event_of), _numbers(found.object_of)
    links = _Links(event, objects, _numbers(found.kind_of)[objects] if len(objects) else objects)
    kinds = list(found.kinds)
    if kind and kind not in found.kinds:
        raise LogUnreadable(f"There is no object of type “{kind}”. There are: {', '.join(kinds)}.", "no_type")
    if not len(links.event) or not kinds:
        raise LogUnreadable("No event of this file is about any object.", "no_objects")
    chosen = kind or kinds[int(np.argmax([_score(links, each, found.events.rows) for each in range(len(kinds))]))]
    mine = links.kind == found.kinds[chosen]
    rows = np.flatnonzero(mine)
    events = found.events.whole()
    columns: dict[str, Any] = {}
    for name, column in events.items():
        if name == EVENT:  # which tells nothing of the case
            continue
        codes, words = coded(column)
        columns[name] = from_codes(codes[links.event[rows]], words)
    columns[OBJECT] = from_codes(links.object[rows], pa.array(list(found.codes), pa.string()))
    columns |= _described(found, links.object[rows])
    activity = coded(events[ACTIVITY])[0] if ACTIVITY in events else np.full(found.events.rows, -1, np.int32)
    remarks = [] if kind else [remark("type_chosen", kind=chosen, kinds=", ".join(kinds))]
    remarks += _said(links, mine, found.events.rows, chosen)
    remarks += _divergence(links, mine, activity, chosen)
    numbers = found.numbers if found.numbers is not None else np.arange(1, found.events.rows + 1, dtype=np.int64)
    table = Table(columns, numbers[links.event[rows]], found.refused, found.refused_count, remarks)
    return table, chosen


def _numbers(values: Any) -> NDArray[np.int32]:
    return np.frombuffer(values, np.int32) if len(values) else np.zeros(0, np.int32)


def _score(links: _Links, kind: int, events: int) -> float:
    """How well one kind of object does as the case: see `flattened`."""
    mine = links.kind == kind
    about = np.bincount(links.event[mine], minlength=events)
    touched = int((about > 0).sum())
    objects = len(np.unique(links.object[mine]))
    if not touched:
        return -1.0
    several = float((about > 1).sum() / touched)
    return touched / events * (1 - several) * min(1.0, int(mine.sum()) / objects / 3)


def _described(found: ObjectEvents, objects: NDArray[np.int32]) -> dict[str, Any]:
    """Attributes of the objects that are cases, as columns named "case:…"."""
    said: dict[str, dict[int, str]] = {}
    for code in np.unique(objects):
        for name, value in found.attributes.get(int(code), {}).items():
            said.setdefault(f"case:{name}", {})[int(code)] = value
    return {name: pa.array([values.get(int(code)) for code in objects], pa.string()).dictionary_encode()
            for name, values in said.items()}  # fmt: skip


def _said(links: _Links, mine: NDArray[np.bool_], events: int, kind: str) -> list[Remark]:
    about = np.bincount(links.event[mine], minlength=events)
    several, none = int((about > 1).sum()), int((about == 0).sum())
    said = [remark("events_without", count=none, kind=kind)] if none else []
    return [*said, remark("convergence", count=several, kind=kind)] if several else said


def _divergence(links: _Links, mine: NDArray[np.bool_], activity: NDArray[np.int32], kind: str) -> list[Remark]:
    """How many cases have events of one activity that are about different other objects."""
    marks = np.zeros(len(activity), np.uint64)
    others = (links.object[~mine].astype(np.uint64) + np.uint64(1)) * _MIX
    others = (others ^ (others >> _SHIFT)) * _MIX
    np.add.at(marks, links.event[~mine], others ^ (others >> _SHIFT))  # a sum: whatever their order
    rows = np.column_stack([
        links.object[mine].astype(np.int64), activity[links.event[mine]].astype(np.int64),
        marks[links.event[mine]].view(np.int64),
    ])  # fmt: skip
    steps = np.unique(rows, axis=0)[:, :2]
    pairs, count = np.unique(steps, axis=0, return_counts=True)
    cases = len(np.unique(pairs[count > 1][:, 0]))
    return [remark("divergence", count=cases, kind=kind)] if cases else []


def text_of(value: object) -> str | None:
    """A value of JSON or SQLite as the text of a cell; what is not said is nothing."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def said(row: Mapping[str, object]) -> dict[str, str]:
    """What a row says, as text."""
    return {name: text for name, value in row.items() if (text := text_of(value)) is not None}
