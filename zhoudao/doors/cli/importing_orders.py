"""`zhoudao import orders FILE --map MAP`: a list's orders, each once, whatever interrupts it."""

import argparse
import csv
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhoudao.doors.cli import Refused

if TYPE_CHECKING:
    from zhoudao.rooms.orders.commands.importing import Tally, Wrong
    from zhoudao.rooms.orders.lists.mapping import OrderMap
    from zhoudao.rooms.orders.lists.reading import List

_ENDINGS = (".csv", ".csv.gz", ".tsv", ".txt", ".xlsx")
_SAID = 20


def register(kinds: Any) -> None:
    """This will add the command."""
    parser = kinds.add_parser(
        "orders",
        help="orders, from CSV or Excel",
        description="CSV (UTF-8, GB18030, UTF-16; also packed by gzip) or the first sheet of an Excel workbook; rows "
        "with the same order number are one order. Each order is taken once: run again after an interruption, or with "
        "the wrong rows put right, it goes on.",
        epilog="A map says which column says what (docs/how-to/orders.md); without one the titles are guessed.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the list, or the folder of a map's several files")
    parser.add_argument("--map", metavar="MAP", default="", help="olist, or a JSON file")
    parser.add_argument(
        "--source", metavar="NAME", default="", help="where the orders were taken, if the map does not say"
    )
    parser.add_argument("--history", action="store_true", help="they are over or known elsewhere: nobody is told")
    parser.add_argument("--dry-run", action="store_true", help="only say what would become of them")
    parser.add_argument("--errors", type=Path, metavar="FILE", help="write the wrong rows here, with what is wrong")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """This will take a list over; 1 when orders were wrong.

    Raises: Refused
    """
    from zhoudao.kit.tables import TableUnreadable
    from zhoudao.rooms.orders.lists.mapping import MapUnsound

    try:
        how = _map(arguments)
        main, others = _lists(arguments.file, how)
        how = how or _guessed(main, arguments)
        began = time.monotonic()
        tally = _take(main, others, how, is_trial=arguments.dry_run)
    except (OSError, TableUnreadable, MapUnsound) as error:
        raise Refused(str(error)) from error
    if arguments.errors and tally.wrong:
        write_wrong(arguments.errors, main, how, tally.wrong)
    _tell(tally, how, time.monotonic() - began, arguments)
    return 1 if tally.wrong else 0


def write_wrong(path: Path, main: "List", how: "OrderMap", wrong: "Sequence[Wrong]") -> None:
    """This will write the rows of the orders that were not taken, with their numbers and what is wrong."""
    from zhoudao.rooms.orders.lists.telling import wrong_rows

    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows(wrong_rows(main, how, wrong))


def _map(arguments: argparse.Namespace) -> "OrderMap | None":
    from dataclasses import replace

    from zhoudao.rooms.orders.lists.mapping import MapUnsound, OrderMap, shipped_map

    if not arguments.map:
        return None
    how = shipped_map(arguments.map)
    if how is None:
        try:
            how = OrderMap.of(json.loads(Path(arguments.map).read_text(encoding="utf-8")))
        except ValueError as error:
            raise MapUnsound(f"{arguments.map}: {error}") from error
    how = replace(how, source=arguments.source or how.source, is_history=how.is_history or arguments.history)
    how.check()
    return how


def _guessed(main: "List", arguments: argparse.Namespace) -> "OrderMap":
    from zhoudao.rooms.orders.lists.mapping import OrderMap, guess

    if not arguments.source:
        raise Refused("Say where the orders were taken: --source NAME, or --map MAP.")
    how = OrderMap(arguments.source, guess(main.titles), is_history=arguments.history)
    how.check()
    print("Guessed: " + ", ".join(f"{name} = {title}" for name, title in how.columns.items()), file=sys.stderr)
    return how


def _lists(path: Path, how: "OrderMap | None") -> "tuple[List, dict[str, List]]":
    from zhoudao.kit.tables import TableUnreadable
    from zhoudao.rooms.orders.lists.reading import read_list

    def read(one: Path) -> "List":
        try:
            return read_list(one.read_bytes())
        except TableUnreadable as error:
            raise Refused(f"{one}: {error}") from error

    folder = path if path.is_dir() else path.parent
    main = _named(folder, how.file) if path.is_dir() and how is not None and how.file else path
    return read(main), {join.file: read(_named(folder, join.file)) for join in (how.join if how else ())}


def _named(folder: Path, name: str) -> Path:
    for ending in _ENDINGS:
        if (folder / f"{name}{ending}").is_file():
            return folder / f"{name}{ending}"
    raise Refused(f"{folder} has no file {name} ({', '.join(_ENDINGS)}), which the map names.")


def _take(main: "List", others: "dict[str, List]", how: "OrderMap", *, is_trial: bool) -> "Tally":
    from zhoudao.ground.eventlog.recording import By
    from zhoudao.ground.installation import clock
    from zhoudao.rooms.orders.commands.importing import Tally, take_list
    from zhoudao.rooms.orders.lists.reading import orders_in

    drawn = list(orders_in(main, how, others))
    tally, began = Tally(), time.monotonic()
    for tally in take_list(drawn, by=By("system:import"), at=clock.now(), is_trial=is_trial):
        _show(tally.orders, len(drawn), began)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    return tally


def _show(done: int, total: int, began: float) -> None:
    rate = done / max(time.monotonic() - began, 0.001)
    bar = "█" * (30 * done // max(1, total))
    line = f"{bar:<30} {done:,} of {total:,} orders, {rate:,.0f}/s"
    if sys.stderr.isatty():
        print(f"\r{line}", end="", file=sys.stderr, flush=True)
    elif done == total or done % 2_000 == 0:
        print(line, file=sys.stderr, flush=True)


def _tell(tally: "Tally", how: "OrderMap", seconds: float, arguments: argparse.Namespace) -> None:
    from zhoudao.rooms.orders.lists.telling import reasons, rows_of

    if arguments.json:
        wrong = [{"rows": list(one.rows), "reasons": reasons(one, how)} for one in tally.wrong]
        counts = {"orders": tally.orders, "placed": tally.placed, "before": tally.before}
        print(json.dumps({**counts, "is_trial": arguments.dry_run, "wrong": wrong}, ensure_ascii=False))
        return
    done = "would be placed" if arguments.dry_run else "placed"
    counts_said = f"{tally.placed:,} {done}, {tally.before:,} there before, {len(tally.wrong):,} wrong"
    print(f"{tally.orders:,} orders in {seconds:.1f} s: {counts_said}")
    for one in tally.wrong[:_SAID]:
        print(f"  row {rows_of(one)}: {' '.join(reasons(one, how))}", file=sys.stderr)
    if len(tally.wrong) > _SAID:
        print(f"  … and {len(tally.wrong) - _SAID:,} more (--errors FILE)", file=sys.stderr)
