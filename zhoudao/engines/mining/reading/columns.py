"""What a column holds: whether it is of moments, and these read, all of a column by one rule."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from zhoudao.engines.mining.log import Times
from zhoudao.engines.mining.reading import clock
from zhoudao.engines.mining.reading.remarks import Remark, remark
from zhoudao.engines.mining.reading.table import coded

States = NDArray[np.uint8]
_QUARTER = 15 * 60 * 1_000_000
_EARLY, _LATE = 31_536_000_000_000, 4_102_444_800_000_000  # 1971, 2100
_EPOCH = datetime(1970, 1, 1)
_NOTHING = np.frombuffer(b"", np.uint8)


@dataclass(frozen=True)
class Moments:
    """A column of moments: microseconds since 1970 in UTC, and of each cell whether it is one (`clock.EMPTY`,
    `clock.BAD`, else it is)."""

    when: Times
    state: States
    remarks: list[Remark] = field(default_factory=list)

    @property
    def said(self) -> NDArray[np.bool_]:
        """Which cells are moments."""
        return self.state > clock.BAD


def moments_of(name: str, column: Any, *, zone: str = "UTC", day_first: bool | None = None) -> Moments:
    """The moments of a column. `zone`: whose clock is meant where a cell says none. `day_first`: of 3/4/2026, whether
    it is in April; found out from the whole column where it is not said.

    Raises: ZoneInfoNotFoundError
    """
    if pa.types.is_timestamp(column.type):
        return _typed(name, column, zone)
    if pa.types.is_dictionary(column.type):
        codes, words = coded(column)
        found = moments_of(name, words, zone=zone, day_first=day_first)
        when = np.append(found.when, 0)[codes]
        return Moments(when, np.append(found.state, np.uint8(clock.EMPTY))[codes], found.remarks)
    parts = [_bytes(part) for part in _chunks(column)]
    counts = sum((clock.survey(*part) for part in parts), np.zeros(9, np.int64))
    order, remarks = _order(name, parts, counts, day_first)
    read = [clock.moments(*part, order) for part in parts]
    when = np.concatenate([part[0] for part in read]) if read else np.zeros(0, np.int64)
    state = np.concatenate([part[1] for part in read]) if read else _NOTHING
    return _zoned(name, when, state, zone, remarks)


def times_share(column: Any) -> float:
    """Of the cells that say something, the share that are moments."""
    if pa.types.is_timestamp(column.type):
        return 1.0
    words = coded(column)[1] if pa.types.is_dictionary(column.type) else column
    counts = sum((clock.survey(*_bytes(part)) for part in _chunks(words)), np.zeros(9, np.int64))
    said = counts[clock.BAD : clock.COUNTED + 1].sum()
    return float(counts[clock.YEAR_FIRST : clock.COUNTED + 1].sum() / said) if said else 0.0


def is_counted(column: Any) -> bool:
    """Whether its moments are numbers alone, which may be anything else as well."""
    if pa.types.is_timestamp(column.type):
        return False
    words = coded(column)[1] if pa.types.is_dictionary(column.type) else column
    counts = sum((clock.survey(*_bytes(part)) for part in _chunks(words)), np.zeros(9, np.int64))
    return bool(counts[clock.COUNTED] > counts[clock.YEAR_FIRST] + counts[clock.YEAR_LAST])


def _chunks(column: Any) -> list[Any]:
    return list(column.chunks) if isinstance(column, pa.ChunkedArray) else [column]


def _bytes(part: Any) -> tuple[clock.Bytes, clock.Numbers]:
    """The letters of an Arrow array of words, and where each begins. What is null has no letters."""
    part = part.cast(pa.string()).fill_null("")
    _, starts, letters = part.buffers()
    if starts is None or not len(part):
        return _NOTHING, np.zeros(1, np.int64)
    offsets = np.frombuffer(starts, np.int32)[part.offset : part.offset + len(part) + 1].astype(np.int64)
    text = np.frombuffer(letters, np.uint8) if letters is not None and len(letters) else _NOTHING
    return text, offsets


def _typed(name: str, column: Any, zone: str) -> Moments:
    plain = pa.chunked_array(_chunks(column), column.type).combine_chunks()
    is_zoned = plain.type.tz is not None
    missing = plain.is_null().to_numpy(zero_copy_only=False)
    when = plain.cast(pa.timestamp("us", plain.type.tz), safe=False).cast(pa.int64())
    state = np.where(missing, clock.EMPTY, clock.ZONED if is_zoned else clock.LOCAL).astype(np.uint8)
    return _zoned(name, when.fill_null(0).to_numpy(zero_copy_only=False).copy(), state, zone, [])


def _order(
    name: str, parts: list[tuple[clock.Bytes, clock.Numbers]], counts: clock.Numbers, said: bool | None
) -> tuple[bool, list[Remark]]:
    """Whether the day comes before the month, decided over the whole column, and what is to be said of it."""
    days, months = int(counts[clock.FIRST_LARGE]), int(counts[clock.SECOND_LARGE])
    if said is not None or not counts[clock.YEAR_LAST]:
        return bool(said), []
    if days or months:
        first = days >= months
        mixed = [remark("day_and_month", column=name, read=_reading(first))] if days and months else []
        return first, mixed
    if counts[clock.DOTTED] == counts[clock.YEAR_LAST]:
        return True, []
    first = _span(parts, True) <= _span(parts, False)
    return first, [remark("day_or_month", column=name, read=_reading(first))]


def _reading(first: bool) -> str:
    return "DD/MM/YYYY" if first else "MM/DD/YYYY"


def _span(parts: list[tuple[clock.Bytes, clock.Numbers]], day_first: bool) -> int:
    """From the first to the last moment: the wrong order scatters a log over the year."""
    read = [clock.moments(*part, day_first) for part in parts]
    when = np.concatenate([moments[state > clock.BAD] for moments, state in read])
    return int(when.max() - when.min()) if len(when) else 0


def _zoned(name: str, when: Times, state: States, zone: str, remarks: list[Remark]) -> Moments:
    local = state == clock.LOCAL
    count = int(local.sum())
    if count:
        when[local] = _in_utc(when[local], ZoneInfo(zone))
        is_mixed = bool((state == clock.ZONED).any())
        values = {"column": name, "zone": zone} | ({} if is_mixed else {"count": count})
        remarks = [*remarks, Remark("zones_mixed" if is_mixed else "zone_assumed", values)]
    odd = int(((when < _EARLY) | (when > _LATE))[state > clock.BAD].sum())
    if odd:
        remarks = [*remarks, remark("times_odd", column=name, count=odd)]
    return Moments(when, state, remarks)


def _in_utc(local: Times, zone: ZoneInfo) -> Times:
    """What a clock on the wall of a zone showed, in UTC; of an hour shown twice the first, as every change of clocks
    falls on a quarter of an hour."""
    if zone.key == "UTC":
        return local
    quarters, place = np.unique(local // _QUARTER, return_inverse=True)
    offsets = np.array([_offset(int(each), zone) for each in quarters], np.int64)
    return local - offsets[place]


def _offset(quarter: int, zone: ZoneInfo) -> int:
    try:
        shown = (_EPOCH + timedelta(microseconds=quarter * _QUARTER)).replace(tzinfo=zone)
        offset = shown.utcoffset() or timedelta()
    except OverflowError:
        return 0
    return int(offset / timedelta(microseconds=1))
