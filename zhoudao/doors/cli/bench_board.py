"""`zhoudao bench board`: what the board and the wall display cost at a million cases, and that they say the truth."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from zhoudao.doors.cli import bench_seed
from zhoudao.doors.cli.bench_report import Report
from zhoudao.doors.cli.bench_scratch import Scratch, scratches
from zhoudao.doors.cli.bench_search import spent_cpu
from zhoudao.kit.frozen import frozen

TIMES, MOST, FLAT, FRESH = 30, 50.0, 1.5, 20
PAGES = {
    "board, 28 days": ("/desk/board/", {"period": "month"}),
    "board, today": ("/desk/board/", {"period": "day"}),
    "board, 28 days of one team": ("/desk/board/", {"period": "month", "team": "TEAM"}),
    "wall display": ("/board/wall/", {}),
    "solved and complained of, 28 days": ("/desk/board/resolution/", {"period": "month"}),
    "tree of reasons, 28 days": ("/desk/reasons/", {"period": "month"}),
}
PEERS = "at 100,000 tickets: 236-20,500 ms"
NOTES = [
    "Peers' figures are constants from the project's issue 3.",
    "CPU is that of the process that answers and of its database process, by the system's nanosecond counters; in "
    "brackets: divided by the fixed loop. The whole page is asked for, as somebody signed in who sees everything, with "
    f"{FRESH} cases changed since the last count, which are counted live.",
    "Not in it: keeping the count (a sweep of the clock every three seconds), shown in a line of its own for each case "
    "it looks at, and the first count of an installation.",
    "Every figure of each page's query is compared with a plain recount over all cases.",
]


@frozen
class Measured:
    """One size: middle milliseconds and statements of each page, what a swept case cost, and what differed."""

    cases: int
    pages: dict[str, tuple[float, int]]
    sweep_ms: float
    fill_seconds: float
    recount_ms: float
    wrong: list[str]


def run(sizes: list[int], report: Report, say: Callable[[str], None]) -> None:
    """This will fill scratch installations, measure, compare and note the figures."""
    found = []
    for size in sizes:
        with scratches([f"board-{size}"]) as (scratch,):
            say(f"Filling {size:,} cases …")
            scratch.drain()
            scratch.halt("worker", "clock", "analyst", "live")
            cast = scratch.ask(bench_seed.make_cast)
            scratch.ask(bench_seed.seed, size, scratch.urls["postgres"], cast.agents)
            found.append(look(scratch, size, cast.lead_cookie, report, say))
    judge(found, report)


def look(scratch: Scratch, cases: int, cookie: str, report: Report, say: Callable[[str], None]) -> "Measured":
    """The figures of a filled installation whose other processes are halted."""
    say(f"Counting {cases:,} cases for the first time …")
    report.calibrate()
    found = scratch.ask(measure, cases, cookie)
    report.calibrate()
    return found


def measure(cases: int, cookie: str) -> Measured:
    """This will count, open the pages many times, and compare with a recount."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from zhoudao.ground.accounts.models import Team
    from zhoudao.ground.installation import clock
    from zhoudao.rooms.tallies.commands import rebuild, sweep

    began = monotonic()
    list(rebuild(at=clock.now(), zone=clock.zone().key))
    fill = monotonic() - began
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tallies_tally")
        cursor.execute("ANALYZE tallies_tallied")
    sweep_ms = _change(2_000, lambda: sweep(at=clock.now(), zone=clock.zone().key)) / 2_000
    _change(FRESH, lambda: 0)
    client = Client(headers={"cookie": cookie, "host": "127.0.0.1"})
    team = str(Team.objects.get(code=bench_seed.QUEUE).id)
    pages = {}
    for name, (path, query) in PAGES.items():
        asked = {key: team if value == "TEAM" else value for key, value in query.items()}
        times = []
        for _ in range(TIMES + 3):
            before = spent_cpu()
            answer = client.get(path, asked)
            after = spent_cpu()
            times.append(after.ours + after.theirs - before.ours - before.theirs)
            if answer.status_code != 200 or before.process != after.process:
                raise AssertionError(f"{name} answered {answer.status_code}, from {after.process}.")
        with CaptureQueriesContext(connection) as captured:
            client.get(path, asked)
        pages[name] = sorted(times[3:])[TIMES // 2], len(captured)
    recount_ms, wrong = _compare(team)
    return Measured(cases, pages, sweep_ms, fill, recount_ms, wrong)


def _change(count: int, then: Callable[[], Any]) -> float:
    """This will have something happen in this many cases; returns the CPU milliseconds of what follows."""
    from zhoudao.rooms.cases.commands.holding import hold, tell
    from zhoudao.rooms.cases.events import CaseEscalated
    from zhoudao.rooms.cases.models import Case

    from django.db import transaction  # isort: skip

    at = datetime.now(UTC)
    for case_id in Case.objects.order_by("-opened_at").values_list("id", flat=True)[:count]:
        with transaction.atomic():
            case = hold(case_id)
            case.awaits_us = not case.awaits_us
            case.save()
            tell(case, CaseEscalated("bench"), actor="system:bench", at=at)
    settle()
    before = spent_cpu()
    then()
    after = spent_cpu()
    return after.ours + after.theirs - before.ours - before.theirs


def settle() -> None:
    """The halted worker would have moved on by now: what it has not heard is not counted yet."""
    from zhoudao.ground.eventlog.models import Event, Subscription

    last = Event.objects.order_by("-xid", "-id").values_list("xid", "id").first()
    if last is not None:
        Subscription.objects.filter(name="cases").update(cursor_xid=last[0], cursor_id=last[1])


def _compare(team: str) -> tuple[float, list[str]]:
    """CPU milliseconds of a plain recount of four weeks, and every figure that is not the tallies'."""
    from uuid import UUID

    from zhoudao.ground.accounts.viewer import Viewer
    from zhoudao.ground.installation import clock
    from zhoudao.rooms.cases.queries.board import Asked
    from zhoudao.rooms.tallies import queries

    viewer, at, zone = Viewer("system:bench", frozenset()), clock.now(), clock.zone()
    midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    wrong, spent = [], 0.0
    for days, team_id in ((28, None), (1, None), (28, UUID(team)), (365, None)):
        asked = Asked(midnight - timedelta(days=days), midnight, team_id)
        kept = queries.read_board(viewer, asked, at=at, zone=zone, by_day=True)
        before = spent_cpu()
        plain = queries.recounted(viewer, asked, at=at, zone=zone, by_day=True)
        after = spent_cpu()
        spent = spent or after.ours + after.theirs - before.ours - before.theirs
        wrong += [f"{days} days, {what}" for what in unlike(kept, plain)]
    return spent, wrong


def unlike(kept: Any, plain: Any) -> list[str]:
    """What differs; times may by the one per cent they are rounded by."""
    wrong = [
        name
        for name in ("now", "kept", "said", "waiting_by_team", "waits_since")
        if _of(kept, name) != _of(plain, name)
    ]
    if {day: n for day, n in kept.opened_by_day.items() if n} != plain.opened_by_day:
        wrong.append("opened_by_day")
    for name, value in vars(plain.period).items():
        known = getattr(kept.period, name)
        is_time = isinstance(value, float)
        if (known != value) if not is_time else abs(known - value) > 0.011 * value + 0.001:
            wrong.append(name)
    return wrong


def _of(found: Any, name: str) -> Any:
    return getattr(found, name)


def judge(found: list[Measured], report: Report) -> None:
    """This will note every figure with its verdict."""
    for one in found:
        size = f"{one.cases:,}"
        for name, (cpu, statements) in one.pages.items():
            value = f"{cpu:.1f} ms ({cpu / report.loop:.2f} loops), {statements} statements"
            report.add(name, size, value, budget=f"≤ {MOST:.0f} ms", kept=cpu <= MOST, peers=PEERS)
        is_same = not one.wrong
        report.add(
            "figures equal to a plain recount", size, "all" if is_same else "not all", budget="all", kept=is_same
        )
        report.add("a plain recount of 28 days", size, f"{one.recount_ms:.0f} ms")
        report.add("counting a changed case", size, f"{one.sweep_ms:.2f} ms")
        report.add("the first count", size, f"{one.fill_seconds:.0f} s (wall clock)")
        report.notes += [f"Not as recounted at {size}: {what}" for what in one.wrong]
    if len(found) > 1:
        small, large = found[0], found[-1]
        for name in PAGES:
            ratio = large.pages[name][0] / small.pages[name][0]
            same = large.pages[name][1] == small.pages[name][1]
            value = f"CPU x {ratio:.2f}, statements {'the same' if same else 'differ'}"
            is_flat = same and ratio <= FLAT
            report.add(f"{name}: flat", f"{small.cases:,} to {large.cases:,}", value, budget=f"x {FLAT}", kept=is_flat)
    report.notes += NOTES
