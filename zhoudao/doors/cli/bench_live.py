"""`zhoudao bench live`: how long after a change the open pages show it."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from zhoudao.doors.cli.bench_report import Report
from zhoudao.doors.cli.bench_scratch import Scratch, scratches
from zhoudao.kit.frozen import frozen

VIEWERS, BUDGET_MS, PAUSE_SECONDS, PATIENCE_SECONDS = 10, 250.0, 0.1, 20.0
_AT_ONCE = 20


@frozen
class Desk:
    """A team with one case, and the session of its one colleague, who has ten pages open."""

    cookie: str
    case_id: UUID
    number: str


@dataclass
class _Page:
    """One open stream: when each change of its case came, by our clock."""

    desk: Desk
    came: list[float] = field(default_factory=list)
    strange: int = 0


def run(streams: int, changes: int, report: Report, say: Callable[[str], None]) -> None:
    """This will open the streams, make the changes and note how long each took to every viewer.

    Raises: AssertionError when a viewer missed a change or saw another team's
    """
    teams = -(-streams // VIEWERS)
    with scratches(["live"]) as (scratch,):
        say(f"Making {teams} teams with a case each …")
        scratch.drain()
        desks = scratch.ask(make_desks, teams)
        scratch.drain()
        scratch.halt("worker", "clock", "analyst")
        report.calibrate()
        before = scratch.cpu("live")
        waits = asyncio.run(_watch(scratch, desks, changes, say))
        spent = scratch.cpu("live") - before
        report.calibrate()
    _note(report, sorted(waits), teams * VIEWERS, changes)
    report.add("CPU of live and database", "", f"{spent / changes:.1f} ms a change, opening the streams included")


def _note(report: Report, waits: list[float], streams: int, changes: int) -> None:
    p50, p95 = (waits[int(len(waits) * share)] for share in (0.5, 0.95))
    size = f"{streams} streams, {changes} changes"
    report.add("change to frame, p50", size, f"{p50:.0f} ms (wall clock)")
    report.add("change to frame, p95", size, f"{p95:.0f} ms (wall clock)", budget="≤ 250 ms", kept=p95 <= BUDGET_MS)
    report.notes += [
        f"{len(waits)} frames with the rendered row, {VIEWERS} viewers of each change, none missed, none seen by "
        "another team. Measured from before the command begins, its own transaction included, to the frame's arrival.",
        "Worker, clock and analyst are halted; the changes and the 500 readers run on the same machine.",
    ]


def make_desks(teams: int) -> list[Desk]:
    """This will make teams, one colleague and one case each; runs in the installation's own process."""
    from zhoudao.doors.cli.bench_seed import TEXTS, sign_in
    from zhoudao.ground.accounts.commands import NewUser, create_user
    from zhoudao.ground.accounts.models import Team
    from zhoudao.ground.eventlog import dispatch
    from zhoudao.ground.installation import clock
    from zhoudao.rooms.cases.models import Case
    from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message

    desks = []
    for number in range(teams):
        team = Team.objects.create(code=f"bench-{number}", names={"en": f"Bench {number}"})
        user = create_user(NewUser(f"live{number}@bench.example", "客服"), password="", roles=["agent"], team=team)
        claims = [Claim("external", f"live-{number}", scope="api")]
        inbound = Inbound(channel="api", external_id=f"live-{number}", claims=claims, name="王小姐", text=TEXTS[0])
        received = receive_message(inbound=inbound, at=clock.now())
        dispatch.drain()
        cases = Case.objects.filter(conversation_id=received.conversation_id)
        while not cases.update(team=team, owner=user):  # the worker had the batch
            time.sleep(0.1)
        case = cases.get()
        desks.append(Desk(sign_in(user), case.id, case.number))
    return desks


def change(case_id: UUID) -> float:
    """This will leave a note on a case; returns the moment before."""
    from zhoudao.ground.accounts.viewer import Viewer
    from zhoudao.ground.installation import clock
    from zhoudao.rooms.cases.commands.replying import note_on_case

    viewer = Viewer(actor="system:bench", permissions=frozenset(["cases:write"]), name="bench")
    began = time.monotonic()
    note_on_case(case_id=case_id, text="客户已收到。", viewer=viewer, at=clock.now())
    return began


async def _watch(scratch: Scratch, desks: list[Desk], changes: int, say: Callable[[str], None]) -> list[float]:
    pages = [_Page(desk) for desk in desks for _ in range(VIEWERS)]
    gate, opened = asyncio.Semaphore(_AT_ONCE), asyncio.Semaphore(0)
    say(f"Opening {len(pages)} streams …")
    readers = [asyncio.create_task(_read(page, scratch.port + 1, gate, opened)) for page in pages]
    for _ in pages:
        await asyncio.wait_for(opened.acquire(), 120)
    say(f"Making {changes} changes …")
    waits: list[float] = []
    for number in range(changes):
        waits += await _one_change(scratch, desks[number % len(desks)], pages)
        await asyncio.sleep(PAUSE_SECONDS)
    for reader in readers:
        reader.cancel()
    strange = sum(page.strange for page in pages)
    if strange:
        raise AssertionError(f"{strange} frames were of another team's case.")
    return waits


async def _one_change(scratch: Scratch, desk: Desk, pages: list[_Page]) -> list[float]:
    mine = [page for page in pages if page.desk is desk]
    for page in mine:
        page.came.clear()
    began = await asyncio.get_running_loop().run_in_executor(None, scratch.ask, change, desk.case_id)
    until = time.monotonic() + PATIENCE_SECONDS
    while not all(page.came for page in mine):
        if time.monotonic() > until:
            raise AssertionError(f"{sum(not page.came for page in mine)} viewers of {desk.number} were not told.")
        await asyncio.sleep(0.005)
    return [(page.came[0] - began) * 1000 for page in mine]


async def _read(page: _Page, port: int, gate: asyncio.Semaphore, opened: asyncio.Semaphore) -> None:
    """Reads one stream; a row's own number tells whose it is."""
    async with gate:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        writer.write(f"GET /live/desk HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {page.desk.cookie}\r\n\r\n".encode())
        head = await reader.readuntil(b"retry: 1000")
        if b" 200 " not in head.splitlines()[0]:
            raise AssertionError(f"A stream answered {head[:80]!r}.")
    opened.release()
    try:
        while line := await reader.readline():
            if b"data-number=" in line:
                if f'data-number="{page.desk.number}"'.encode() in line:
                    page.came.append(time.monotonic())
                else:
                    page.strange += 1
    finally:
        writer.close()
