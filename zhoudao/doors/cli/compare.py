"""`zhoudao compare FILE.csv`: what a pilot changed, on one page in words. Needs no server."""

import argparse
import csv
import json
import math
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from zhoudao.doors.cli import Refused

if TYPE_CHECKING:
    from zhoudao.engines.trials.comparison import Comparison
    from zhoudao.engines.trials.shape import Outcomes

DONE, MISUSED = 0, 2
NAMES = {
    "unit": ("unit", "store"),
    "value": ("value",),
    "treated": ("treated", "pilot"),
    "period": ("period", "week"),
    "date": ("date", "day"),
    "open": ("open",),
    "before": ("before",),
    "measure": ("measure",),
}
_YES, _NO = {"1", "true", "yes", "y", "t", "是"}, {"", "0", "false", "no", "n", "f", "否"}
_ROWS_SAID = 10


class _Lines(Protocol):
    """What `csv.reader` gives."""

    @property
    def line_num(self) -> int: ...
    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


class _Row(NamedTuple):
    measure: str
    unit: str
    period: int
    value: float
    is_pilot: bool
    is_open: bool
    before: float


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `compare`."""
    parser = subparsers.add_parser(
        "compare",
        help="say what a pilot changed, in words",
        description="Reads one row a case: unit (its store), value, treated (1 for stores of the pilot), and period "
        "(weeks from the start, below 0 before it) or date (with --start). May have: open (1: not finished, value is "
        "the time so far), before (the same customer's value from before), measure (several are one family).",
        epilog="What is calculated and why: docs/how-to/pilots.md",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV with a heading")
    parser.add_argument("--kind", choices=("time", "share", "score", "money"), required=True, help="what a value is")
    parser.add_argument("--higher-is-better", action="store_true", help="always so of scores, unless --lower-is-better")
    parser.add_argument("--lower-is-better", action="store_true", help="always so of times, unless --higher-is-better")
    parser.add_argument("--start", type=_day, metavar="DATE", help="the first day of the pilot, with a date column")
    parser.add_argument("--unit", default="", help="of times h, d or min (h); of money its currency")
    parser.add_argument("--measure", default="", help="what was measured, for the sentences")
    parser.add_argument("--language", choices=("zh-hans", "zh-hant", "en"), default="en", help="of the page (en)")
    parser.add_argument("--seed", type=int, default=1, help="of what is drawn by lot (1)")
    parser.add_argument("--json", action="store_true", help="one JSON object for programs")
    parser.set_defaults(run=compare, django=False)


def compare(given: argparse.Namespace) -> int:
    """Prints the page. Raises: Refused (a file that cannot be read)"""
    if not given.file.is_file():
        print(f"{given.file}: there is no such file.", file=sys.stderr)
        return MISUSED
    if given.higher_is_better and given.lower_is_better:
        print("zhoudao compare: higher or lower, not both.", file=sys.stderr)
        return MISUSED
    if given.kind in ("share", "money") and not (given.higher_is_better or given.lower_is_better):
        print(f"zhoudao compare: of a {given.kind}, say --higher-is-better or --lower-is-better.", file=sys.stderr)
        return MISUSED
    found = _compared(_rows(given), given)
    if given.json:
        print(json.dumps({"comparisons": [each.as_json() for each in found]}, ensure_ascii=False, indent=1))
    else:
        _say(found, given)
    return DONE


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("write a day like 2026-03-01") from error


def _rows(given: argparse.Namespace) -> list[_Row]:
    """Raises: Refused"""
    try:
        with given.file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines)
            heads = [head.strip().lower() for head in next(reader, [])]
            column = _columns(heads, given)
            return _read(reader, column, given)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refused(f"{given.file}: {error}") from error


def _columns(heads: Sequence[str], given: argparse.Namespace) -> dict[str, int]:
    """Where each column is. Raises: Refused"""
    column = {}
    for name, known in NAMES.items():
        places = [heads.index(each) for each in known if each in heads]
        if places:
            column[name] = places[0]
    missing = [name for name in ("unit", "value", "treated") if name not in column]
    if "period" not in column and "date" not in column:
        missing.append("period or date")
    if missing:
        raise Refused(
            f"{given.file}: there is no column {', '.join(missing)}. It has: {', '.join(heads) or 'nothing'}."
        )
    if "period" not in column and given.start is None:
        raise Refused(f"{given.file} has dates: say with --start when the pilot began.")
    return column


def _read(reader: "_Lines", column: dict[str, int], given: argparse.Namespace) -> list[_Row]:
    """Raises: Refused (naming the first rows that cannot be read)"""
    found: list[_Row] = []
    wrong: list[str] = []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            found.append(_row(partial(_cell, cells, column), given))
        except ValueError as error:
            wrong.append(f"row {reader.line_num}: {error}")
    if wrong:
        more = [f"… and {len(wrong) - _ROWS_SAID} more rows"] if len(wrong) > _ROWS_SAID else []
        raise Refused("\n".join([f"{given.file} cannot be read.", *wrong[:_ROWS_SAID], *more]))
    _agree(found, given)
    return found


def _cell(cells: Sequence[str], column: dict[str, int], name: str) -> str:
    place = column.get(name, -1)
    return cells[place].strip() if 0 <= place < len(cells) else ""


def _row(cell: Callable[[str], str], given: argparse.Namespace) -> _Row:
    """Raises: ValueError (saying what is wrong)"""
    unit = cell("unit")
    if not unit:
        raise ValueError("it names no unit")
    return _Row(
        measure=cell("measure"),
        unit=unit,
        period=_period(cell("period"), cell("date"), given.start),
        value=_number("value", cell("value")),
        is_pilot=_flag("treated", cell("treated")),
        is_open=_flag("open", cell("open")),
        before=_number("before", cell("before")),
    )


def _period(period: str, day: str, start: date | None) -> int:
    if period:
        try:
            whole = int(period)
        except ValueError as error:
            raise ValueError(f"the period {period!r} is no whole number of weeks") from error
        if abs(whole) > 100_000:
            raise ValueError(f"the period {period} is too far away")
        return whole
    if start is None:
        raise ValueError("it has no period")
    try:
        return (date.fromisoformat(day[:10]) - start).days // 7
    except ValueError as error:
        raise ValueError(f"the date {day!r} is none like 2026-03-01") from error


def _number(name: str, text: str) -> float:
    """Nothing is `nan`: left out, and counted."""
    try:
        return float(text) if text else math.nan
    except ValueError as error:
        raise ValueError(f"the {name} {text!r} is no number") from error


def _flag(name: str, text: str) -> bool:
    if text.lower() in _YES | _NO:
        return text.lower() in _YES
    raise ValueError(f"{name} is {text!r}, neither 1 nor 0")


def _agree(rows: Sequence[_Row], given: argparse.Namespace) -> None:
    """Raises: Refused where a store is of the pilot in one row and not in another"""
    sides: dict[str, bool] = {}
    both = sorted({row.unit for row in rows if sides.setdefault(row.unit, row.is_pilot) != row.is_pilot})
    if both:
        raise Refused(
            f"{given.file}: treated is said of a unit, before the start too; it differs within {', '.join(both)}."
        )


def _compared(rows: Sequence[_Row], given: argparse.Namespace) -> "tuple[Comparison, ...]":
    from zhoudao.engines.trials import verdict
    from zhoudao.engines.trials.comparison import together

    lower = given.lower_is_better or (given.kind == "time" and not given.higher_is_better)
    found = [
        verdict.compare(
            _outcomes([row for row in rows if row.measure == measure]), lower_is_better=lower, kind=given.kind,
            seed=given.seed, name=measure or given.measure,
        )
        for measure in dict.fromkeys(row.measure for row in rows) or [""]
    ]  # fmt: skip
    return together(found)


def _outcomes(rows: Sequence[_Row]) -> "Outcomes":
    from zhoudao.engines.trials.shape import outcomes

    known = any(not math.isnan(row.before) for row in rows)
    return outcomes(
        [row.value for row in rows],
        unit=[row.unit for row in rows],
        period=[row.period for row in rows],
        pilot=sorted({row.unit for row in rows if row.is_pilot}),
        is_open=[row.is_open for row in rows],
        before=[row.before for row in rows] if known else None,
    )


def _say(found: "Sequence[Comparison]", given: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ["ZHOUDAO_HOME"] = home  # nothing of an installation is read or made
        import django
        from django.utils import translation
        from django.utils.translation import gettext as _

        django.setup()
        from zhoudao.conduct.insight.verdict_words import headline, said

        with translation.override(given.language):
            for number, each in enumerate(found):
                name = each.name or _("the value")
                lines = said(each, measure=name, unit=given.unit)
                print("\n".join([*([""] if number else []), f"{name}: {headline(each)}", "", *lines]))
