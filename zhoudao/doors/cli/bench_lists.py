"""`zhoudao bench lists`: what every page of the desk asks of the database, and that it does not grow with the cases."""

from collections.abc import Callable

from zhoudao.doors.cli import bench_inside, bench_seed
from zhoudao.doors.cli.bench_inside import Touched, Wish
from zhoudao.doors.cli.bench_report import Report
from zhoudao.doors.cli.bench_scratch import Scratch, scratches
from zhoudao.kit.frozen import frozen

TIMES, MOST, FLAT, SLACK = 6, 12, 1.5, 60  # an index over a hundred times the rows is a level or two higher
# pages of many figures or parts, no lists
NO_LISTS = {"/desk/board/": 20, "/desk/board/errors/": 20, "/desk/board/export/": 20, "/desk/cases/{number}/side/": 15}
CASE = "C2026-000272"  # every size has it
PEERS = "24-80 statements a page (issue 2)"
NOTES = [
    "Every page of the desk that needs nothing, or only a case, opened as an administrator who sees everything. "
    "Statements and blocks do not depend on how busy the machine is.",
    f"Flat: the same statements, at most {FLAT} times the blocks of the smallest size and {SLACK}. “Rows read” are "
    "those read by scanning whole tables: the small tables of settings, and never the cases.",
    "What grows with the cases here: customers, their identities, conversations, messages, cases, promises, events. "
    "Pages of what is not seeded (bookings, incidents, errands …) are measured empty: for them this shows that "
    "they do not look through the cases.",
]


@frozen
class Measured:
    """One size: what each page asked for, and the rows it read by scanning."""

    cases: int
    pages: dict[str, tuple[Touched, int]]


def run(sizes: list[int], report: Report, say: Callable[[str], None]) -> None:
    """This will fill scratch installations, open every page and note the figures."""
    found = []
    for size in sizes:
        with scratches([f"lists-{size}"]) as (scratch,):
            say(f"Filling {size:,} cases …")
            scratch.drain()
            scratch.halt("worker", "clock", "analyst", "live")
            cast = scratch.ask(bench_seed.make_cast)
            scratch.ask(bench_seed.seed, size, scratch.urls["postgres"], cast.agents)
            found.append(look(scratch, size, cast.lead_cookie, report, say))
    judge(found, report)


def look(scratch: Scratch, cases: int, cookie: str, report: Report, say: Callable[[str], None]) -> Measured:
    """What every page costs in a filled installation whose other processes are halted."""
    say(f"Every page at {cases:,} cases …")
    report.calibrate()
    return Measured(cases, scratch.ask(open_pages, cookie))


def open_pages(cookie: str) -> dict[str, tuple[Touched, int]]:
    """What each page costs; pages that only answer to a form or to a part of another page are left out."""
    from django.test import Client

    _count()
    client, found = Client(headers={"cookie": cookie, "host": "127.0.0.1"}), {}
    for path in (one for one in bench_inside.pages() if one.startswith("/desk/")):
        asked = path.replace("{number}", CASE)
        answer = client.get(asked)
        if answer.status_code >= 500:
            raise AssertionError(f"{asked} answered {answer.status_code}.")
        if answer.status_code == 200:
            before = _scanned()
            touched = bench_inside.touched_by([Wish(asked, cookie=cookie)] * TIMES, 200)
            found[path] = touched, round((_scanned() - before) / TIMES)
    return found


def _count() -> None:
    """The halted clock would have counted: once everything, from then on what has changed."""
    from zhoudao.doors.cli.bench_board import settle
    from zhoudao.ground.installation import clock
    from zhoudao.rooms.tallies.commands import rebuild, sweep
    from zhoudao.rooms.tallies.models import Count

    if not Count.objects.filter(is_whole=True).exists():
        list(rebuild(at=clock.now(), zone=clock.zone().key))
    settle()
    while sweep(at=clock.now(), zone=clock.zone().key):
        pass


def _scanned() -> int:
    """The rows read so far by scanning whole tables."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_user_tables")
        return int(cursor.fetchone()[0])


def judge(found: list[Measured], report: Report) -> None:
    """This will note every page with its verdict."""
    small, large = found[0], found[-1]
    size = f"{small.cases:,} to {large.cases:,}"
    if small.pages.keys() != large.pages.keys():
        odd = sorted(small.pages.keys() ^ large.pages.keys())
        report.add("pages that answer at one size only", size, ", ".join(odd), budget="none", kept=False)
    for path in sorted(small.pages.keys() & large.pages.keys()):
        before, after = small.pages[path], large.pages[path]
        is_flat, most = _is_flat(before[0], after[0]), NO_LISTS.get(path, MOST)
        statements = f"{before[0].statements:.0f} and {after[0].statements:.0f} statements"
        blocks = f"{before[0].blocks:.0f} and {after[0].blocks:.0f} blocks"
        report.add(
            path,
            size,
            f"{statements}, {blocks}, {before[1]:,} and {after[1]:,} rows read",
            budget=f"≤ {most} statements, flat",
            kept=is_flat and after[0].statements <= most,
        )
    report.notes += [f"Peers: {PEERS}.", *NOTES]


def _is_flat(before: Touched, after: Touched) -> bool:
    is_same = round(before.statements) == round(after.statements)
    return is_same and after.blocks <= before.blocks * FLAT + SLACK
