"""`zhoudao export events`: our own event log as XES, OCEL 2.0, Parquet or CSV, for any tool that reads these."""

import argparse
import gzip
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from uuid import UUID

from zhoudao.doors.cli import Refused

if TYPE_CHECKING:
    from zhoudao.ground.eventlog.exporting import CaseEvent, WholeEvent

FORMATS = ("xes", "ocel2", "parquet", "csv")
_TOLD = 100_000


def register(subparsers: Any) -> None:
    """This will add the command."""
    exporting = subparsers.add_parser("export", help="hand out our event log to other tools")
    kinds = exporting.add_subparsers(dest="kind", metavar="KIND", required=True)
    events = kinds.add_parser(
        "events",
        help="every fact that was recorded, as XES, OCEL 2.0, Parquet or CSV",
        description="Ids and codes only: names, addresses and words of people are in no event. Persons are called by "
        "their ids. A file whose name ends in .gz is packed (but Parquet, which is packed by itself).",
    )
    events.add_argument("--format", choices=FORMATS, required=True)
    events.add_argument("--out", type=Path, required=True, metavar="FILE")
    events.add_argument("--since", type=date.fromisoformat, metavar="DAY", help="from this day on, as 2026-01-31")
    events.add_argument("--until", type=date.fromisoformat, metavar="DAY", help="before this day")
    events.add_argument(
        "--case", default="case", metavar="OBJECT", help="what is a case of the log (case): order, return, customer …"
    )
    events.set_defaults(run=export)
    lake = kinds.add_parser(
        "lake",
        help="cases, orders, returns and repairs with their events, as a folder of Parquet for data tools",
        description="A folder a type of object, in it month=2026-03/bucket=7/part.parquet, by the month in which a "
        "case began (UTC) and a bucket of cases; ids and codes only. Any tool that reads Hive partitions reads it.",
    )
    lake.add_argument("--out", type=Path, required=True, metavar="DIR")
    lake.set_defaults(run=export_lakes)


def export(arguments: argparse.Namespace) -> int:
    """This will write the events; a file that is there is replaced once the new one is whole.

    Raises: Refused
    """
    since, until = _moment(arguments.since), _moment(arguments.until)
    if since and until and since >= until:
        raise Refused("--since lies before --until.")
    out: Path = arguments.out
    unfinished = out.with_name(f".{out.name}.unfinished")
    try:
        with _opened(unfinished, is_packed=out.suffix == ".gz" and arguments.format != "parquet") as file:
            if arguments.format == "ocel2":
                count = _objects(file, since, until)
            else:
                count = _flat(file, arguments.format, arguments.case, (since, until))
        unfinished.replace(out)
    except OSError as error:
        raise Refused(f"{out} cannot be written: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    print(f"{count:,} events written to {out}")
    return 0


def export_lakes(arguments: argparse.Namespace) -> int:
    """This will bring the lakes up to date and copy them. Raises: Refused"""
    from zhoudao.conduct.insight.lake import export_lake
    from zhoudao.conduct.insight.reporting import OBJECTS

    for object_type in OBJECTS:
        try:
            files = export_lake(object_type, arguments.out)
        except OSError as error:
            raise Refused(f"{arguments.out} cannot be written: {error.strerror}") from error
        print(f"{object_type}: {files} files")
    return 0


def _moment(day: date | None) -> datetime | None:
    from zhoudao.ground.installation import clock

    return None if day is None else datetime.combine(day, time(), clock.zone())


def _opened(path: Path, *, is_packed: bool) -> IO[bytes]:
    return gzip.open(path, "wb", compresslevel=6) if is_packed else path.open("wb")  # type: ignore[return-value]  # a gzip file is one


def _flat(file: IO[bytes], form: str, kind: str, within: tuple[datetime | None, datetime | None]) -> int:
    from zhoudao.engines.mining.writing import write_csv, write_parquet, write_xes
    from zhoudao.ground.eventlog.exporting import events_of, kinds

    told = _Told()
    pieces = events_of(kind, since=within[0], until=within[1], by_case=form == "xes")
    writer = {"csv": write_csv, "parquet": write_parquet, "xes": write_xes}[form]
    writer(_batches(pieces, told), file)
    if not told.count:
        raise Refused(
            f"No event of this time is about a “{kind}”. Events are about: {', '.join(kinds()) or 'nothing'}."
        )
    return told.count


class _Told:
    """How many were written, said now and then."""

    def __init__(self) -> None:
        self.count, self._said = 0, 0

    def more(self, count: int) -> None:
        """So many more."""
        self.count += count
        if self.count // _TOLD > self._said:
            self._said = self.count // _TOLD
            print(f"{self.count:,} events …", file=sys.stderr, flush=True)


def _batches(pieces: Iterator[list["CaseEvent"]], told: _Told) -> Iterator[Any]:
    import pyarrow as pa

    from zhoudao.engines.mining.writing.batches import ACTIVITY, CASE, END, MOMENT, RESOURCE

    stores = _stores()
    for rows in pieces:
        told.more(len(rows))
        words = {
            CASE: [row.case for row in rows],
            ACTIVITY: [row.type for row in rows],
            RESOURCE: [row.actor or None for row in rows],
            "channel": [row.channel or None for row in rows],
            "store": [stores.get(row.store_id) for row in rows],
            "element": [row.element or None for row in rows],
        }
        columns = {name: pa.array(values, pa.string()).dictionary_encode() for name, values in words.items()}
        columns[END] = pa.array([row.occurred_at for row in rows], MOMENT)
        yield pa.RecordBatch.from_pydict(columns)


def _stores() -> dict[UUID | None, str]:
    from zhoudao.ground.accounts.models import Store

    return dict(Store.objects.values_list("id", "code"))


def _objects(file: IO[bytes], since: datetime | None, until: datetime | None) -> int:
    from zhoudao.engines.mining.writing import ObjectFile
    from zhoudao.ground.eventlog.exporting import whole_events

    out, told, stores = ObjectFile(file), _Told(), _stores()
    for rows in whole_events(since=since, until=until):
        told.more(len(rows))
        for row in rows:
            linked = [(one, kind, role) for kind, one, role in json.loads(row.objects)]
            out.event(str(row.id), row.type, _micros(row.occurred_at), _said(row, stores), linked)
    out.close()
    return told.count


def _said(row: "WholeEvent", stores: dict[UUID | None, str]) -> dict[str, str]:
    own = {"org:resource": row.actor, "channel": row.channel, "store": stores.get(row.store_id), "element": row.element}
    said = {name: value for name, value in own.items() if value}
    attributes = {name: value for name, value in json.loads(row.attributes).items() if value is not None}
    plain = {name: value if isinstance(value, str) else json.dumps(value) for name, value in attributes.items()}
    return {f"attribute:{name}" if name in own else name: value for name, value in plain.items()} | said


def _micros(moment: datetime) -> int:
    whole = int(moment.replace(microsecond=0).timestamp())
    return whole * 1_000_000 + moment.microsecond
