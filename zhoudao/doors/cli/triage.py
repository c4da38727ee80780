"""`zhoudao triage FILE`: what each message of a file wants, one line a message. Needs no server."""

import argparse
import csv
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from zhoudao.doors.cli.triage_input import Given
    from zhoudao.engines.language.triage import Triage, Triager

DONE, FAULTS, MISUSED = 0, 1, 2
_AT_ONCE: Final = 256
_SAID_EVERY: Final = 10.0  # seconds


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `triage`."""
    parser = subparsers.add_parser(
        "triage",
        help="say of each message of a file what it wants",
        description="Reads messages (text: one a line; CSV, TSV, JSON lines; gzip or not) and says each one's "
        "language, kind, topic, urgency and emotion (0 pleased, 50 neither, 100 furious), how sure that is, and what "
        "it names. The first run learns from the labelled messages of the product, which takes some seconds; what it "
        "learned is kept in ZHOUDAO_HOME.",
        epilog="exit codes: 0 done; 1 a file that cannot be read, or some of its rows (said on stderr); 2 misused",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--text", metavar="COLUMN", help="the column or field that holds the messages (text)")
    parser.add_argument("--goods", type=Path, metavar="FILE", help="names of goods to find: lines of `code,name`")
    parser.add_argument("--json", action="store_true", help="print JSON, one object a line")
    parser.set_defaults(run=triage, django=False)


def triage(given: argparse.Namespace) -> int:
    """Prints a line for each message. Raises: Refused (a file that cannot be read)"""
    from zhoudao.doors.cli.triage_input import NoSuchColumn
    from zhoudao.doors.cli.triage_input import given as read

    for file in filter(None, (given.file, given.goods)):
        if not file.is_file():
            print(f"{file}: there is no such file.", file=sys.stderr)
            return MISUSED
    rows = read(given.file, given.text)
    try:
        first = list(islice(rows, 1))  # a wrong column is said before anything is learned
    except NoSuchColumn as fault:
        print(f"{given.file}: {fault}.", file=sys.stderr)
        return MISUSED
    goods = _goods(given.goods) if given.goods else None
    triager = _triager()
    return _print(_chained(first, rows), triager, goods, _json_of if given.json else _line_of)


def models() -> Path:
    """Where what was learned is kept."""
    return Path(os.environ.get("ZHOUDAO_HOME", ".zhoudao")).resolve() / "models"


def _triager() -> "Triager":
    from zhoudao.engines.language.shipped import shipped

    return shipped(models(), say=_say)[0]


def _chained(first: "list[Given]", rest: "Iterator[Given]") -> "Iterator[Given]":
    yield from first
    yield from rest


def _print(rows: "Iterator[Given]", triager: "Triager", goods: dict[str, str] | None, line_of: Any) -> int:
    done, faults, said = 0, 0, time.monotonic()
    while batch := list(islice(rows, _AT_ONCE)):
        found = iter(triager.judge([one.text for one in batch if not one.fault], goods))
        for one in batch:
            if one.fault:
                faults += 1
                print(f"row {one.row}: {one.fault}", file=sys.stderr)
            print(line_of(one, None if one.fault else next(found)))
        done += len(batch)
        if time.monotonic() - said > _SAID_EVERY:
            said = time.monotonic()
            _say(f"{done:,} messages …")
    if faults:
        _say(f"{faults:,} of {done:,} rows could not be read.")
    return FAULTS if faults else DONE


def _json_of(one: "Given", found: "Triage | None") -> str:
    if found is None:
        return json.dumps({"row": one.row, "error": one.fault}, ensure_ascii=False)
    told: dict[str, Any] = {name: getattr(found, name) for name in ("language", "kind", "topic", "urgency", "emotion")}
    told["confidence"] = found.confidence["topic"]
    told["entities"] = [
        {"kind": each.kind, "text": each.text, "start": each.start, "end": each.end, "confidence": each.confidence}
        for each in found.entities
    ]
    told |= {
        "confidences": dict(found.confidence),
        "evidence": {name: list(map(list, places)) for name, places in found.evidence.items()},
    }
    return json.dumps(told, ensure_ascii=False)


def _line_of(one: "Given", found: "Triage | None") -> str:
    if found is None:
        return f"row {one.row}: {one.fault}"
    names = ", ".join(f"{each.kind} {each.text}" for each in found.entities)
    sure = f"{100 * found.confidence['topic']:3.0f} %"
    head = f"{found.language:<8}{found.topic:<30}{sure:>6}  {found.urgency:<9}{found.emotion:>4}"
    return (
        f"{head}  {' '.join(one.text[:60].encode(errors='replace').decode().split())}{f'  [{names}]' if names else ''}"
    )


def _goods(file: Path) -> dict[str, str]:
    from zhoudao.engines.language.entities import names_of

    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows: Iterable[list[str]] = [row for row in csv.reader(lines) if row]
    return names_of((row[0], row[-1]) for row in rows)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
