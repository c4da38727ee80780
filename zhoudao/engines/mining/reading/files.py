"""Any company's log, from the file it comes in."""

from pathlib import Path

from zhoudao.engines.mining.reading.building import ReadLog, built
from zhoudao.engines.mining.reading.delimited import read_delimited
from zhoudao.engines.mining.reading.limits import Limits, beginning
from zhoudao.engines.mining.reading.mapping import Mapping, found_mapping
from zhoudao.engines.mining.reading.table import Table
from zhoudao.engines.mining.reading.xes import read_xes


def read_log(
    path: Path,
    *,
    mapping: Mapping | None = None,
    object_type: str = "",
    zone: str = "UTC",
    limits: Limits | None = None,
) -> ReadLog:
    """The log in a file: CSV in any of its kinds or XES, packed by gzip or not. What it is is seen from its content.

    `mapping`: which columns say what; what it leaves open is found out. `object_type`: what is the case of an
    object-centric log. `zone`: whose clock is meant where a time says no zone.

    Raises: LogUnreadable, ZoneInfoNotFoundError
    """
    limits = limits or Limits()
    table = _table(path, mapping or Mapping(), limits)
    return built(table, found_mapping(table, mapping), zone=zone, limits=limits)


def _table(path: Path, mapping: Mapping, limits: Limits) -> Table:
    start = beginning(path, limits, 4096)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return read_xes(path, limits)
    return read_delimited(path, limits, frozenset(name for name in (mapping.end, mapping.start) if name))
