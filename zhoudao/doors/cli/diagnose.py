"""`zhoudao diagnose LOG --out DIR`: what a log says of a process, as a report and as figures. Needs no server."""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfoNotFoundError

from zhoudao.doors.cli import Refused

if TYPE_CHECKING:
    from zhoudao.conduct.insight.compared import Against
    from zhoudao.engines.mining.diagnosis import Diagnosis
    from zhoudao.engines.mining.reading import ReadLog

DONE, MISUSED = 0, 2
REPORT, FIGURES = "report.html", "diagnosis.json"
_ROWS_SAID = 10


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `diagnose`."""
    parser = subparsers.add_parser(
        "diagnose",
        help="say of any log where its time goes, in a report",
        description="Reads a log of events (CSV, Excel, Parquet, XES, OCEL 2.0), finds what costs most time, and writes"
        f" {REPORT}, which opens in any browser by itself, and {FIGURES}. Columns are found by name and content; name "
        "them where that goes wrong.",
    )
    add_columns(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write into")
    parser.add_argument("--flow", type=Path, metavar="FILE", help="a .bpmn flow it should have gone by: what differs")
    parser.add_argument("--work-hour", default="", metavar="AMOUNT", help="what an hour of work costs")
    parser.add_argument("--lying-hour", default="", metavar="AMOUNT", help="what an hour costs in which a case lies")
    parser.add_argument("--currency", default="CNY", help="of these amounts (CNY)")
    parser.add_argument("--cost", default="", metavar="COLUMN", help="the column of what was spent at each event")
    parser.add_argument("--name", help="what the report calls it (the file's name)")
    parser.add_argument("--language", choices=("zh-hans", "zh-hant", "en"), default="zh-hans", help="shown first")
    parser.add_argument("--json", action="store_true", help="print the figures too")
    parser.set_defaults(run=diagnose, django=False)


def add_columns(parser: argparse.ArgumentParser) -> None:
    """Adds the log and what its columns say."""
    parser.add_argument("log", type=Path, metavar="LOG")
    parser.add_argument("--case", help="the column that says which case")
    parser.add_argument("--activity", nargs="+", help="the column that says what was done; several are joined")
    parser.add_argument("--time", help="the column that says when a step was completed")
    parser.add_argument("--start", help="the column that says when it began")
    parser.add_argument("--resource", help="the column that says who did it")
    parser.add_argument("--lifecycle", help="the column that says start or complete")
    parser.add_argument("--object", default="", metavar="TYPE", help="what is the case of an object-centric log")
    parser.add_argument("--zone", default="UTC", help="the time zone of its people, e.g. Asia/Shanghai (UTC)")


def diagnose(given: argparse.Namespace) -> int:
    """Writes report and figures. Raises: Refused (a log that cannot be read, or holds nothing)"""
    if not given.log.is_file():
        print(f"{given.log}: there is no such file.", file=sys.stderr)
        return MISUSED
    with tempfile.TemporaryDirectory() as home:
        os.environ["ZHOUDAO_HOME"] = home  # nothing of an installation is read or made
        import django

        django.setup()
        try:
            read, found = _found(given)
        except ZoneInfoNotFoundError:
            print(f"--zone {given.zone}: there is no such time zone; write e.g. Asia/Shanghai.", file=sys.stderr)
            return MISUSED
        _write(given, read, found)
    return DONE


def _found(given: argparse.Namespace) -> "tuple[ReadLog, Diagnosis]":
    from zhoudao.conduct.insight.hourly import HourlyUnsound, hourly, rates_of
    from zhoudao.engines.mining.costing import NoAmounts
    from zhoudao.engines.mining.diagnosis import NothingToDiagnose
    from zhoudao.engines.mining.diagnosis import diagnose as found_in

    try:
        kept = hourly(work=given.work_hour, lying=given.lying_hour, currency=given.currency, material=given.cost)
        read = read_given(given)
        say("diagnosing …")
        return read, found_in(read.log, zone=given.zone, rates=rates_of(kept), material=given.cost)
    except (HourlyUnsound, NoAmounts, NothingToDiagnose) as refusal:
        raise Refused(f"{given.log}: {refusal}") from refusal


def read_given(given: argparse.Namespace) -> "ReadLog":
    """The log, with what is to be known of how it was read said. Raises: Refused"""
    from zhoudao.engines.mining.reading import LogUnreadable, Mapping, read_log

    mapping = Mapping(
        case=given.case, activity=tuple(given.activity) if given.activity else None, end=given.time, start=given.start,
        resource=given.resource, lifecycle=given.lifecycle,
    )  # fmt: skip
    begun = time.monotonic()
    say("reading …")
    try:
        read = read_log(given.log, mapping=mapping, object_type=given.object, zone=given.zone)
    except LogUnreadable as refusal:
        raise Refused(f"{given.log}: {refusal}") from refusal
    _report_reading(read, time.monotonic() - begun)
    return read


def _report_reading(read: "ReadLog", seconds: float) -> None:
    log = read.log
    columns = ", ".join(
        f"{role}: {' / '.join(column) if isinstance(column, tuple) else column}"
        for role, column in (
            ("case", read.mapping.case), ("activity", read.mapping.activity), ("time", read.mapping.end),
            ("start", read.mapping.start), ("resource", read.mapping.resource),
        ) if column
    )  # fmt: skip
    say(f"read {len(log):,} events of {len(log.cases):,} cases in {seconds:.1f} s ({columns})")
    for remark in read.warnings:
        say(f"note: {remark}")
    for row in read.refused_rows[:_ROWS_SAID]:
        say(str(row))


def _write(given: argparse.Namespace, read: "ReadLog", found: "Diagnosis") -> None:
    from zhoudao.conduct.insight.pages import pages
    from zhoudao.conduct.insight.standing import standing

    say("writing …")
    name = given.name or given.log.name.split(".")[0]
    body = pages(found, name=name, remarks=read.warnings, has_pages=False, beside=_beside(given, read))
    numbers: dict[str, Any] = body["figures"] | {
        "name": name,
        "read": {
            "rows": read.rows, "refused": read.refused_count, "warnings": [str(each) for each in read.warnings],
            "refused_rows": [str(each) for each in read.refused_rows],
        },
    }  # fmt: skip
    given.out.mkdir(parents=True, exist_ok=True)
    _kept(given.out / REPORT, standing(body, name=name, first=given.language))
    _kept(given.out / FIGURES, json.dumps(numbers, ensure_ascii=False, indent=1))
    if given.json:
        print(json.dumps(numbers, ensure_ascii=False))
    say(f"{given.out / REPORT} and {FIGURES}: {len(found.findings)} findings")


def _beside(given: argparse.Namespace, read: "ReadLog") -> "Against | None":
    """The flow it should have gone by, and what happened. Raises: Refused"""
    if given.flow is None:
        return None
    from zhoudao.conduct.insight.compared import against
    from zhoudao.engines.bpmn.automaton import NeverEnds, TooManyMarkings
    from zhoudao.engines.bpmn.moving import RunsTwice
    from zhoudao.engines.bpmn.parse import parse
    from zhoudao.engines.bpmn.places import TooManyWays
    from zhoudao.engines.bpmn.problems import FlowRefused

    say("comparing with the flow …")
    try:
        return against(parse(given.flow.read_bytes()), read.log, name=given.flow.stem)
    except OSError as error:
        raise Refused(f"{given.flow}: {error.strerror or error}") from error
    except (FlowRefused, NeverEnds, RunsTwice, TooManyMarkings, TooManyWays) as refusal:
        raise Refused(f"{given.flow}: {refusal}") from refusal


def _kept(path: Path, text: str) -> None:
    """Whole or not at all: a reader never finds half a report."""
    draft = path.with_suffix(path.suffix + ".part")
    draft.write_text(text)
    draft.replace(path)


def say(text: str) -> None:
    """Tells who looks at the terminal how far it is."""
    print(text, file=sys.stderr, flush=True)
