"""`zhoudao map LAKE_OR_LOG`: the map of a log that lies in parts, made here or on Apache Spark: the same."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfoNotFoundError

from zhoudao.doors.cli import Refused

if TYPE_CHECKING:
    from zhoudao.engines.mining.apart.pieces import Roles
    from zhoudao.engines.mining.apart.told import Mapped
    from zhoudao.engines.mining.apart.whole import Found, Make

DONE, MISUSED = 0, 2
FILE, SPENT = "map.json", "spent.json"
OWN = frozenset(("case", "began", "type", "activity", "at", "resource", "channel", "store"))
_SHOWN, _HOUR = 10, 3_600_000_000


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `map`."""
    parser = subparsers.add_parser(
        "map",
        help="make the map of a lake or a Parquet log part by part, here or on Apache Spark",
        description="What follows what, how often, exact medians and 90th percentiles, steps, ways, rework, hand-overs "
        "and why work waits. A lake (`zhoudao export lake`, one of its folders) is read file by file, each holding "
        "whole cases; of any other Parquet the rows are brought together by case with --parts. Both engines give the "
        "same to the last digit.",
    )
    parser.add_argument("log", metavar="LAKE_OR_LOG", help="a folder or file, or s3://…, hdfs://… and the like")
    parser.add_argument("--engine", choices=("local", "spark"), default="local")
    for name, says in (("case", "which case"), ("activity", "what was done"), ("time", "when a step was completed"),
                       ("start", "when it began"), ("resource", "who did it")):  # fmt: skip
        parser.add_argument(f"--{name}", metavar="COLUMN", help=f"the column that says {says}")
    parser.add_argument("--whole", action="store_true", help="of our own lake, also what clocks and flows note")
    parser.add_argument("--zone", default="UTC", help="the time zone of its people, e.g. Asia/Shanghai (UTC)")
    parser.add_argument("--parts", type=_count, default=0, metavar="N",
                        help="bring the rows together by case first, into so many parts")  # fmt: skip
    parser.add_argument("--jobs", type=_count, default=1, metavar="N", help="so many processes (local; 1)")
    parser.add_argument("--master", default="local[*]", metavar="URL", help="where Spark runs (local[*])")
    parser.add_argument("--conf", action="append", default=[], metavar="NAME=VALUE", help="a setting of Spark")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help=f"write {FILE} into this folder, and {SPENT}: each pass, microseconds of CPU, bytes read and told",
    )
    parser.add_argument("--json", action="store_true", help="print the map as JSON")
    parser.set_defaults(run=map_log, django=False)


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 100_000:
        raise argparse.ArgumentTypeError("a whole number from 1 to 100,000 is needed")
    return number


def map_log(given: argparse.Namespace) -> int:
    """Makes the map. Raises: Refused (a lake that is not whole, columns that do not fit, no Spark)"""
    wrong = [each for each in given.conf if "=" not in each]
    if wrong:
        print(f"--conf {wrong[0]}: write NAME=VALUE.", file=sys.stderr)
        return MISUSED
    from zhoudao.engines.mining.apart.pieces import LakeUnsound

    try:
        found = _found(given)
    except LakeUnsound as refusal:
        raise Refused(str(refusal)) from refusal
    except ZoneInfoNotFoundError:
        print(f"--zone {given.zone}: there is no such time zone; write e.g. Asia/Shanghai.", file=sys.stderr)
        return MISUSED
    for note in found.notes:
        _say(f"note: {note}")
    _tell(given, found)
    return DONE


def _found(given: argparse.Namespace) -> "Found":
    from zhoudao.engines.mining.apart.whole import Asked, map_of

    asked = Asked(given.log, roles_of(given), parts=given.parts, zone=given.zone)
    if given.engine == "local":
        return map_of(asked, _here(given.jobs), say=_say)
    from zhoudao.doors.cli.map_spark import on_spark, session

    spark = session(given.master, given.conf)
    try:
        return map_of(asked, on_spark(spark), say=_say)
    finally:
        spark.stop()


def _here(jobs: int) -> "Make":
    from zhoudao.engines.mining.apart.running import Here

    return lambda parts, read: Here(parts, read, jobs=jobs)


def roles_of(given: argparse.Namespace) -> "Roles":
    """What the columns say: those of our own lake as they are, else what is given and what is found out from the first
    file. Raises: Refused, LakeUnsound
    """
    from zhoudao.engines.mining.apart.pieces import Roles, files_of, parquet

    named = [given.case, given.activity, given.time, given.start, given.resource]
    with parquet(given.log, files_of(given.log)[0]) as file:
        if set(file.schema_arrow.names) >= OWN and not any(named):
            return Roles("case", "activity", "at", "", "resource", "type", () if given.whole else _beside())
        return _guessed(given, file)


def _beside() -> tuple[str, ...]:
    from zhoudao.conduct.insight.own_log import BESIDE

    return BESIDE


def _guessed(given: argparse.Namespace, file: Any) -> "Roles":
    from zhoudao.engines.mining.apart.pieces import Roles
    from zhoudao.engines.mining.reading import LogUnreadable, Mapping
    from zhoudao.engines.mining.reading.mapping import found_mapping
    from zhoudao.engines.mining.reading.typed import first_rows

    asked = Mapping(
        case=given.case, activity=(given.activity,) if given.activity else None, end=given.time, start=given.start,
        resource=given.resource,
    )  # fmt: skip
    table = first_rows(file)
    try:
        found = found_mapping(table, asked)
    except LogUnreadable as refusal:
        raise Refused(f"{given.log}: {refusal}") from refusal
    mapping = found.mapping
    for remark in found.remarks:
        _say(f"note: {remark}")
    if len(mapping.activity or ()) != 1:
        raise Refused(f"{given.log}: an activity is one column here; name it by --activity.")
    if mapping.lifecycle and len({*table.sample(mapping.lifecycle)} - {None}) > 1:
        raise Refused(
            f"{given.log}: its column {mapping.lifecycle!r} says start and complete in rows of their own. Such a log is"
            " read by `zhoudao diagnose`; for a map in parts write a column of beginnings beside the one of ends."
        )
    return Roles(mapping.case or "", (mapping.activity or ("",))[0], mapping.end or "", mapping.start or "",
                 mapping.resource or "")  # fmt: skip


def _tell(given: argparse.Namespace, found: "Found") -> None:
    text = json.dumps(found.mapped.to_json(), ensure_ascii=False)
    if given.out:
        given.out.mkdir(parents=True, exist_ok=True)
        draft = given.out / f"{FILE}.part"
        draft.write_text(text)
        draft.replace(given.out / FILE)
        (given.out / SPENT).write_text(json.dumps(found.spent.passes))
        _say(f"{given.out / FILE}: {len(text):,} characters")
    print(text if given.json else "\n".join(_lines(found.mapped)))


def _lines(mapped: "Mapped") -> list[str]:
    said = [
        f"{mapped.events:,} events of {mapped.cases:,} cases; {len(mapped.steps)} steps, {mapped.different_ways:,} ways"
        f"; a case takes {mapped.took.median / _HOUR:,.1f} h (median), {mapped.took.p90 / _HOUR:,.1f} h (p90)"
    ]
    if mapped.left_out:
        said.append(f"{mapped.left_out:,} rows without a case, an activity or a time were left out")
    said.append("where most time goes, from one step to the next:")
    for edge in sorted(mapped.edges, key=lambda edge: -edge.took.total)[:_SHOWN]:
        took = edge.took
        said.append(
            f"  {edge.source} → {edge.target}: {took.times:,} times, {took.median / _HOUR:,.2f} h (median), "
            f"{took.p90 / _HOUR:,.2f} h (p90)"
        )
    return said


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
