"""Our own event log in columns on disk, kept up to date: for each type of object a lake of Parquet files by the month
in which a case began and by a bucket of cases. Ids and codes only, as in the log itself.

What is read of the log are transactions below a border under which none runs any more, so that what a late commit
brings is read when its turn comes. An update asks the log for the cases that something happened to since the last
border, and writes the files in which they stand anew, each whole or not at all; the border is noted last, so an update
that was broken off is done again. The same log below the same border makes the same bytes, however many updates it
took.
"""

import json
import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from django.conf import settings
from django.db import connection, transaction

from zhoudao.conduct.insight.own_log import BEGAN, BESIDE, Facts, facts, log_of
from zhoudao.engines.mining.log import Log
from zhoudao.ground.eventlog.models import BEFORE_ALL
from zhoudao.ground.eventlog.reading import OPEN

BUCKETS = 16
AT_ONCE = 5_000
_SCHEMA, _STATE, _PART = 1, "state.json", "part.parquet"
_WORDS = ("activity", "resource", "channel", "store")
_LAST = "SELECT xid, id FROM eventlog_event WHERE xid < %s ORDER BY xid DESC, id DESC LIMIT 1"


class State(NamedTuple):
    """Everything below `border` is in; `last` is the last event below it, by which a log that was restored into another
    database is known to be another.
    """

    border: int = BEFORE_ALL
    last: tuple[int, str] | None = None


def folder_of(object_type: str) -> Path:
    """Where the lake of a type of object lies."""
    return Path(settings.HOME) / "lake" / object_type


def bring_up_to_date(object_type: str) -> int:
    """This will bring in what happened since; returns how many cases were written. Nothing while somebody else does.

    Raises: KeyError (no such type)
    """
    table, _began = BEGAN[object_type]
    folder, written = folder_of(object_type), 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [f"lake {folder}"])
        if not cursor.fetchone()[0]:
            return 0
        state, border = _state(cursor, folder), _border(cursor)
        for ids in _changed(cursor, table, state.border, border):
            written += _write(folder, facts(object_type, Facts(border=border, ids=ids)))
        cursor.execute(_LAST, [border])
        last = cursor.fetchone()
        folder.mkdir(parents=True, exist_ok=True)
        _replaced(folder / _STATE, json.dumps([_SCHEMA, border, last and [last[0], str(last[1])]]).encode())
    return written


def lake_log(object_type: str, *, since: datetime, until: datetime, is_whole: bool = False) -> Log | None:
    """The same log as `own_log`, read from the lake after it was brought up to date; none where there is no lake, or
    where something lies above its border, because an old transaction still runs.
    """
    folder = folder_of(object_type)
    if not (folder / _STATE).exists():
        return None
    bring_up_to_date(object_type)
    with connection.cursor() as cursor:
        state = _state(cursor, folder)
        cursor.execute("SELECT EXISTS (SELECT FROM eventlog_event WHERE xid >= %s)", [state.border])
        if cursor.fetchone()[0]:
            return None
    return log_of(_read(folder, since, until, is_whole=is_whole))


def export_lake(object_type: str, out: Path) -> int:
    """This will copy a lake, brought up to date, into a folder; returns how many files it has. One that is there is
    replaced once the copy is whole.
    """
    bring_up_to_date(object_type)
    fresh, target = out / f".{object_type}.unfinished", out / object_type
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    shutil.copytree(folder_of(object_type), fresh, dirs_exist_ok=True, ignore=shutil.ignore_patterns(_STATE, "*.new"))
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return sum(1 for _ in target.rglob(_PART))


def _state(cursor: Any, folder: Path) -> State:
    """How far the lake is; from the beginning, with nothing in it, where it is of another log or another version."""
    try:
        schema, border, last = json.loads((folder / _STATE).read_text())
    except (OSError, ValueError):
        schema, border, last = 0, BEFORE_ALL, None
    if schema == _SCHEMA and last is not None:
        cursor.execute("SELECT xid FROM eventlog_event WHERE id = %s", [last[1]])
        if cursor.fetchone() == (last[0],):
            return State(border, (last[0], last[1]))
    shutil.rmtree(folder, ignore_errors=True)
    return State()


def _border(cursor: Any) -> int:
    cursor.execute(f"SELECT {OPEN}")
    return int(cursor.fetchone()[0])


def _changed(cursor: Any, table: str, since: int, border: int) -> Iterator[list[UUID]]:
    """The objects something happened to, by their ids, so many at once."""
    cursor.execute(
        f"""SELECT o.id FROM {table} o JOIN (
                SELECT DISTINCT unnest(object_ids) AS id FROM eventlog_event WHERE xid >= %s AND xid < %s
            ) AS changed ON changed.id = o.id ORDER BY o.id""",  # noqa: S608 - our own table's name
        [since, border],
    )
    ids = [row[0] for row in cursor.fetchall()]
    for first in range(0, len(ids), AT_ONCE):
        yield ids[first : first + AT_ONCE]


def _write(folder: Path, fresh: pa.Table) -> int:
    """These cases in place of what is known of them."""
    numbers = fresh["case"].unique().to_pylist()
    buckets = {number: crc32(number.encode()) % BUCKETS for number in numbers}
    bucket = np.array([buckets[number] for number in fresh["case"].to_pylist()], np.int64)
    began = fresh["began"].to_numpy().astype("datetime64[us]").astype("datetime64[M]")
    places = np.char.add(np.char.add(began.astype(str), "/"), bucket.astype(str))
    for place in np.unique(places):
        month, one = str(place).split("/")
        _replace(folder / f"month={month}" / f"bucket={one}" / _PART, fresh.filter(pa.array(places == place)), numbers)
    return len(numbers)


def _replace(path: Path, fresh: pa.Table, numbers: Iterable[str]) -> None:
    if path.exists():
        known = pq.ParquetFile(path).read()
        others = known.filter(pc.invert(pc.is_in(known["case"], pa.array(numbers, pa.string()))))
        fresh = pa.concat_tables([_plain(others), fresh])
    table = _coded(fresh.take(pc.sort_indices(fresh["case"])))  # stable: the events of a case stay in their order
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    path.parent.mkdir(parents=True, exist_ok=True)
    _replaced(path, sink.getvalue().to_pybytes())


def _replaced(path: Path, content: bytes) -> None:
    draft = path.with_suffix(".new")
    draft.write_bytes(content)
    draft.replace(path)


def _plain(table: pa.Table) -> pa.Table:
    """Words for codes, so that files with other codes can be joined, and no word stays that no row has."""
    for place, name in enumerate(table.column_names):
        if pa.types.is_dictionary(table.schema.field(name).type):
            table = table.set_column(place, name, table[name].cast(pa.string()))
    return table


def _coded(table: pa.Table) -> pa.Table:
    for name in _WORDS:
        place = table.column_names.index(name)
        table = table.set_column(place, name, table[name].combine_chunks().dictionary_encode())
    return table.replace_schema_metadata(None)


def _read(folder: Path, since: datetime, until: datetime, *, is_whole: bool) -> pa.Table:
    """The events of the cases that began in a period, by case, in the log's order."""
    first, last = (int(each.timestamp() * 1_000_000) for each in (since, until))
    months = [f"{each.astimezone(UTC):%Y-%m}" for each in (since, until)]
    at, month = ds.field("began"), ds.field("month")
    wanted = (at >= first) & (at < last) & (month >= months[0]) & (month <= months[1])
    if not is_whole:
        wanted &= ~ds.field("type").isin(list(BESIDE))
    partitions = ds.partitioning(pa.schema([("month", pa.string()), ("bucket", pa.int32())]), flavor="hive")
    table = ds.dataset(folder, partitioning=partitions, exclude_invalid_files=True).to_table(filter=wanted)
    return _plain(table.take(pc.sort_indices(table["case"])))
