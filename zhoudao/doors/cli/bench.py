"""`zhoudao bench NAME`: what the product costs, and that it is right, measured on scratch data of its own."""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zhoudao.doors.cli.bench_report import Report

    Bench = tuple[argparse.ArgumentParser, Callable[[argparse.Namespace], list[Report]]]


def register(subparsers: Any) -> None:
    """This will add the command."""
    parser = subparsers.add_parser(
        "bench",
        help="measure: pages, API and mail (desk), live updates (live), flow steps (flow), finding words (search), "
        "figures (board), who gets a case (routing), reaching for the last few at once (stock), taking orders "
        "(orders), pages of orders (workbench), carriers' reports (tracking), the review of orders (detectors), "
        "returns and repairs (aftersales), visits for engineers (matching), what reads messages (language)",
        description="desk, live and search start scratch installations in temporary folders, fill them and remove them "
        "again; your own data is not touched. Exit code 1 when a budget was missed.",
    )
    benches = parser.add_subparsers(dest="bench", metavar="NAME", required=True)
    for each, body in _all(benches):
        each.add_argument("--json", action="store_true", help="print JSON")
        each.add_argument("--report", type=Path, metavar="FILE", help="keep the figures in this Markdown file too")
        each.set_defaults(run=run, measure=body, django=False)


def _all(benches: Any) -> "Iterator[Bench]":
    yield from (*_of_the_desk(benches), *_of_engines(benches), *_of_visits(benches), *_of_insight(benches))
    yield from _of_language(benches)


def _of_the_desk(benches: Any) -> "Iterator[Bench]":
    desk = benches.add_parser("desk", help="messages, replies, cases, pages, mail, at several sizes")
    desk.add_argument("--cases", type=_sizes, default=[10_000, 100_000], metavar="N,N", help="sizes (10000,100000)")
    desk.add_argument(
        "--operations", type=_amount, default=1_000, metavar="N", help="of each kind, at each size (1000)"
    )
    desk.add_argument(
        "--then",
        type=_names,
        default=[],
        metavar="board,lists",
        help="measure these too, in the same filled databases, each with a section of its own",
    )
    yield desk, _desk
    live = benches.add_parser("live", help="500 streams, 10 viewers of each change")
    live.add_argument("--streams", type=_amount, default=500, metavar="N", help="open streams (500)")
    live.add_argument("--changes", type=_amount, default=200, metavar="N", help="how many changes (200)")
    yield live, _live
    search = benches.add_parser("search", help="200 queries among a million messages, half of them Chinese")
    search.add_argument("--messages", type=_sizes, default=[1_000_000], metavar="N,N", help="sizes (1000000)")
    yield search, _search
    board = benches.add_parser("board", help="the board and the wall display at a million cases")
    board.add_argument("--cases", type=_sizes, default=[10_000, 1_000_000], metavar="N,N", help="sizes (10000,1000000)")
    yield board, _board
    lists = benches.add_parser("lists", help="statements and blocks of every page of the desk, at two sizes")
    lists.add_argument("--cases", type=_sizes, default=[10_000, 1_000_000], metavar="N,N", help="sizes (10000,1000000)")
    yield lists, _lists


def _of_engines(benches: Any) -> "Iterator[Bench]":
    detectors = benches.add_parser("detectors", help="how often the review of orders is right, with planted errors")
    detectors.add_argument("--orders", type=Path, required=True, metavar="DIR", help="folder of the real orders' files")
    yield detectors, _detectors
    yield benches.add_parser("flow", help="a durable step of a flow, beside SpiffWorkflow"), _flow
    routing = benches.add_parser("routing", help="who gets a case, with 200 people and 10,000 waiting")
    routing.add_argument("--people", type=_amount, default=200, metavar="N", help="people of the team (200)")
    routing.add_argument(
        "--waiting", type=_amounts, default=[1_000, 10_000], metavar="N,N", help="cases in line (1000,10000)"
    )
    routing.add_argument("--decisions", type=_amount, default=100, metavar="N", help="states to decide in (100)")
    yield routing, _routing
    stock = benches.add_parser("stock", help="many threads reach for ten units at the same instant")
    stock.add_argument("--threads", type=_amount, default=64, metavar="N", help="how many at once (64)")
    stock.add_argument("--rounds", type=_amount, default=200, metavar="N", help="rounds at each isolation level (200)")
    yield stock, _stock
    orders = benches.add_parser("orders", help="taking orders, one a request and 10,000 in one")
    orders.add_argument("--orders", type=_amount, default=30_000, metavar="N", help="in bulk (30000)")
    orders.add_argument("--operations", type=_amount, default=1_000, metavar="N", help="one a request (1000)")
    yield orders, _orders
    workbench = benches.add_parser("workbench", help="the pages of orders, at two sizes")
    workbench.add_argument(
        "--orders", type=_sizes, default=[10_000, 1_000_000], metavar="N,N", help="sizes (10000,1000000)"
    )
    yield workbench, _workbench
    tracking = benches.add_parser("tracking", help="how soon carriers' reports are acknowledged at a steady pace")
    tracking.add_argument("--reports", type=_amount, default=3_000, metavar="N", help="how many (3000)")
    tracking.add_argument("--pace", type=_amount, default=50, metavar="N", help="how many a second (50)")
    yield tracking, _tracking
    aftersales = benches.add_parser("aftersales", help="what may come back, refunds, and the two repair flows")
    aftersales.add_argument("--questions", type=_amount, default=1_000, metavar="N", help="how many (1000)")
    yield aftersales, _aftersales


def _of_visits(benches: Any) -> "Iterator[Bench]":
    matching = benches.add_parser("matching", help="visits given to engineers, beside the best of all plans")
    matching.add_argument("--cases", type=_amount, default=1_000, metavar="N", help="small cases enumerated (1000)")
    matching.add_argument("--visits", type=_amount, default=200, metavar="N", help="of the large cases (200)")
    matching.add_argument("--engineers", type=_amount, default=40, metavar="N", help="of the large cases (40)")
    yield matching, _matching


def _of_insight(benches: Any) -> "Iterator[Bench]":
    insight = benches.add_parser(
        "insight", help="maps, filters, alignments and simulation, beside pm4py, SimPy and Prosimos"
    )
    insight.add_argument(
        "--only", choices=("maps", "filters", "parts", "alignments", "simulation"), help="one of these"
    )
    insight.add_argument("--pm4py", metavar="PYTHON", help="an interpreter that has pm4py and pyarrow")
    insight.add_argument("--peers", metavar="PYTHON", help="an interpreter that has simpy and prosimos")
    insight.add_argument("--rounds", type=_amount, default=3, metavar="N", help="how often, in turn (3)")
    yield insight, _insight


def _of_language(benches: Any) -> "Iterator[Bench]":
    from zhoudao.doors.cli.bench_language import PARTS

    language = benches.add_parser("language", help="intents, moods, finding answers: how good and how fast")
    language.add_argument("--only", choices=PARTS, help="one of these")
    language.add_argument("--data", type=Path, default=_published(), metavar="DIR", help="published data (%(default)s)")
    yield language, _language


def _published() -> Path:
    return Path(os.environ.get("ZHOUDAO_DATA", "../shared/data"))


def run(arguments: argparse.Namespace) -> int:
    """This will run one bench and print its figures.

    Raises: Refused
    """
    reports: list[Report] = arguments.measure(arguments)
    for report in reports:
        print(report.to_json() if arguments.json else report.to_markdown())
        if arguments.report:
            report.keep(arguments.report)
    return 0 if all(report.is_kept for report in reports) else 1


def _desk(arguments: argparse.Namespace) -> "list[Report]":
    from zhoudao.doors.cli import bench_board, bench_desk, bench_judging, bench_lists
    from zhoudao.doors.cli.bench_report import Report

    report, others = Report("desk"), {name: Report(name) for name in arguments.then}
    boards: list[bench_board.Measured] = []
    lists: list[bench_lists.Measured] = []

    def then(site: bench_desk.Site) -> None:
        asked = site.scratch, site.cases, site.cast.lead_cookie
        if "board" in others:  # it counts for the first time, and the lists show what was counted
            boards.append(bench_board.look(*asked, others["board"], _say))
        if "lists" in others:
            lists.append(bench_lists.look(*asked, others["lists"], _say))

    bench_judging.judge(bench_desk.run(arguments.cases, arguments.operations, report, _say, then), report)
    report.notes.append(f"{arguments.operations:,} operations of each kind at each size, the sizes taking turns.")
    if "lists" in others:
        bench_lists.judge(lists, others["lists"])
    if "board" in others:
        bench_board.judge(boards, others["board"])
    return [report, *others.values()]


def _live(arguments: argparse.Namespace) -> "list[Report]":
    from zhoudao.doors.cli import bench_live
    from zhoudao.doors.cli.bench_report import Report

    report = Report("live")
    bench_live.run(arguments.streams, arguments.changes, report, _say)
    return [report]


def _detectors(arguments: argparse.Namespace) -> "list[Report]":
    from zhoudao.doors.cli import Refused, bench_detectors
    from zhoudao.doors.cli.bench_report import Report

    if not (arguments.orders / "orders.csv.gz").exists():
        raise Refused(f"There are no orders (orders.csv.gz) in {arguments.orders}.")
    report = Report("detectors")
    bench_detectors.run(arguments.orders, report, _say)
    return [report]


def _flow(arguments: argparse.Namespace) -> "list[Report]":
    from zhoudao.doors.cli import bench_flow
    from zhoudao.doors.cli.bench_report import Report

    report = Report("flow")
    report.calibrate()
    found = bench_flow.run()
    size = f"{found['steps']} steps"
    for name in ("zhoudao µs/step", "SpiffWorkflow µs/step"):
        if name in found:
            report.add(f"durable step, {name.split()[0]}", size, f"{found[name]} µs of CPU")
    state = found["zhoudao largest state bytes"]
    report.add("largest state, 10 tasks", size, f"{state} bytes", budget="≤ 256 bytes", kept=state <= 256)
    if "ratio" in found:
        ratio = found["ratio"]
        report.add("SpiffWorkflow / zhoudao", size, f"x {ratio}", budget="≥ x 15", kept=ratio >= 15)
    report.calibrate()
    report.notes.append("Load, advance, save; both engines in this process, run by run in turn, open tasks compared.")
    return [report]


def _search(arguments: argparse.Namespace) -> "list[Report]":
    from zhoudao.doors.cli import bench_search
    from zhoudao.doors.cli.bench_report import Report

    report = Report("search")
    bench_search.run(arguments.messages, report, _say)
    return [report]


def _board(arguments: argparse.Namespace) -> "list[Report]":
    from zhoudao.doors.cli import bench_board
    from zhoudao.doors.cli.bench_report import Report

    report = Report("board")
    bench_board.run(arguments.cases, report, _say)
    return [report]


def _lists(arguments: argparse.Namespace) -> "list[Report]":
    from zhoudao.doors.cli import bench_lists
    from zhoudao.doors.cli.bench_report import Report

    report = Report("lists")
    bench_lists.run(arguments.cases, report, _say)
    return [report]


def _routing(arguments: argparse.Namespace) -> "list[Report]":
    from zhoudao.doors.cli import bench_routing
    from zhoudao.doors.cli.bench_report import Report

    report = Report("routing")
    bench_routing.run(arguments.people, arguments.waiting, arguments.decisions, report, _say)
    return [report]


def _stock(arguments: argparse.Namespace) -> "list[Report]":
    from zhoudao.doors.cli import bench_stock
    from zhoudao.doors.cli.bench_report import Report

    report = Report("stock")
    bench_stock.run(arguments.threads, arguments.rounds, report, _say)
    return [report]


def _orders(arguments: argparse.Namespace) -> "list[Report]":
    from zhoudao.doors.cli import bench_orders
    from zhoudao.doors.cli.bench_report import Report

    report = Report("orders")
    bench_orders.run(arguments.orders, arguments.operations, report, _say)
    return [report]


def _workbench(arguments: argparse.Namespace) -> "list[Report]":
    from zhoudao.doors.cli import bench_workbench
    from zhoudao.doors.cli.bench_report import Report

    report = Report("workbench")
    bench_workbench.run(arguments.orders, report, _say)
    return [report]


def _tracking(arguments: argparse.Namespace) -> "list[Report]":
    from zhoudao.doors.cli import bench_tracking
    from zhoudao.doors.cli.bench_report import Report

    report = Report("tracking")
    bench_tracking.run(arguments.reports, arguments.pace, report, _say)
    return [report]


def _aftersales(arguments: argparse.Namespace) -> "list[Report]":
    from zhoudao.doors.cli import bench_aftersales
    from zhoudao.doors.cli.bench_report import Report

    report = Report("aftersales")
    bench_aftersales.run(arguments.questions, report, _say)
    return [report]


def _matching(arguments: argparse.Namespace) -> "list[Report]":
    from zhoudao.doors.cli import bench_matching
    from zhoudao.doors.cli.bench_report import Report

    report = Report("matching")
    bench_matching.run(arguments.cases, (arguments.visits, arguments.engineers), report, _say)
    return [report]


def _insight(arguments: argparse.Namespace) -> "list[Report]":
    from zhoudao.doors.cli import (
        bench_insight_conformance,
        bench_insight_filters,
        bench_insight_map,
        bench_insight_parts,
        bench_insight_simulation,
    )
    from zhoudao.doors.cli.bench_report import Report

    parts: dict[str, tuple[Any, str | None]] = {
        "maps": (bench_insight_map, arguments.pm4py),
        "filters": (bench_insight_filters, None),
        "parts": (bench_insight_parts, None),
        "alignments": (bench_insight_conformance, arguments.pm4py),
        "simulation": (bench_insight_simulation, arguments.peers),
    }
    reports = []
    for name, (part, peers) in parts.items():
        if arguments.only in (None, name):
            reports.append(Report(f"insight: {name}"))
            part.run(peers, reports[-1], _say, rounds=arguments.rounds)
    return reports


def _language(arguments: argparse.Namespace) -> "list[Report]":
    from zhoudao.doors.cli import bench_language

    return bench_language.run(arguments.data, arguments.only, _say)


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def _sizes(text: str) -> list[int]:
    parts = text.split(",")
    if not all(part.isdigit() and 6_000 <= int(part) <= 5_000_000 for part in parts):
        raise argparse.ArgumentTypeError("whole numbers from 6000 to 5000000, with commas between them")
    return sorted({int(part) for part in parts})


def _names(text: str) -> list[str]:
    names = text.split(",")
    if not set(names) <= {"board", "lists"}:
        raise argparse.ArgumentTypeError("board, lists or both, with a comma between them")
    return names


def _amounts(text: str) -> list[int]:
    return sorted({_amount(part) for part in text.split(",")})


def _amount(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError("a whole number from 1 to 1000000")
    return int(text)
