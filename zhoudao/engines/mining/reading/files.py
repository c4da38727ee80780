"""Any company's log, from the file it comes in."""

from dataclasses import replace
from pathlib import Path

from zhoudao.engines.mining.reading.building import ReadLog, built
from zhoudao.engines.mining.reading.delimited import read_delimited
from zhoudao.engines.mining.reading.limits import Limits, beginning
from zhoudao.engines.mining.reading.mapping import Mapping, found_mapping
from zhoudao.engines.mining.reading.objects import ACTIVITY, OBJECT, TIME, ObjectEvents, flattened
from zhoudao.engines.mining.reading.ocel import TYPE, of_table, read_json, read_xml
from zhoudao.engines.mining.reading.ocel_sqlite import MAGIC, read_sqlite
from zhoudao.engines.mining.reading.remarks import LogUnreadable
from zhoudao.engines.mining.reading.table import Table
from zhoudao.engines.mining.reading.typed import read_parquet, read_workbook
from zhoudao.engines.mining.reading.xes import read_xes


def read_log(
    path: Path,
    *,
    mapping: Mapping | None = None,
    object_type: str = "",
    zone: str = "UTC",
    limits: Limits | None = None,
) -> ReadLog:
    """The log in a file: CSV in any of its kinds, XES, Parquet, an Excel workbook, or OCEL as JSON, SQLite, XML or
    CSV; text may be packed by gzip. Which of them it is, is seen from its content.

    `mapping`: which columns say what; what it leaves open is found out. `object_type`: what is the case of an
    object-centric log. `zone`: whose clock is meant where a time says no zone.

    Raises: LogUnreadable, ZoneInfoNotFoundError
    """
    limits = limits or Limits()
    table, given = _table(path, mapping or Mapping(), object_type, limits)
    return built(table, found_mapping(table, given), zone=zone, limits=limits)


def _table(path: Path, mapping: Mapping, object_type: str, limits: Limits) -> tuple[Table, Mapping]:
    """The table of a file, and what is known of its mapping."""
    if not path.is_file():
        raise LogUnreadable(f"There is no file {path.name}.", "absent")
    start = beginning(path, limits)
    objects = _objects(path, start, limits)
    if objects is None:
        table = _plain(path, start, mapping, limits)
        if mapping.case is not None or not any(name.startswith(TYPE) for name in table.columns):
            return table, mapping
        objects = of_table(table, limits)
    return flattened(objects, object_type)[0], replace(
        mapping, case=OBJECT, activity=mapping.activity or (ACTIVITY,), end=mapping.end or TIME
    )


def _objects(path: Path, start: bytes, limits: Limits) -> ObjectEvents | None:
    """What is object-centric by its form."""
    if start.startswith(MAGIC):
        return read_sqlite(path, limits)
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith((b"{", b"[")):
        return read_json(path, limits)
    is_xml = head.startswith(b"<") and (b"<object-types" in start or b"<event-types" in start)
    return read_xml(path, limits) if is_xml else None


def _plain(path: Path, start: bytes, mapping: Mapping, limits: Limits) -> Table:
    if start.startswith(b"PAR1"):
        return read_parquet(path, limits)
    if start.startswith(b"PK"):
        return read_workbook(path, limits)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return read_xes(path, limits)
    return read_delimited(path, limits, frozenset(name for name in (mapping.end, mapping.start) if name))
