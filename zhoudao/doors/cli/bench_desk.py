"""`zhoudao bench desk`: what messages, cases and pages cost, at several sizes, the sizes taking turns."""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection
from itertools import count
from random import Random

from zhoudao.doors.cli import Refused, bench_seed
from zhoudao.doors.cli import bench_inside as inside
from zhoudao.doors.cli.bench_inside import Touched, Wish
from zhoudao.doors.cli.bench_report import Report
from zhoudao.doors.cli.bench_scratch import Scratch, scratches

BLOCK, CLIENTS, PROBED = 50, 8, 22
PROBED_CASES = [f"C2026-{number * 271 + 1:06d}" for number in range(PROBED)]  # every size has them: open, closed, kinds
IDLE_SECONDS = 2.0  # the server hangs up on a connection nobody uses
VIEWS = {
    "inbox, mine": "/desk/?view=mine",
    "inbox, to be taken": "/desk/?view=unassigned",
    "inbox, all": "/desk/?view=all",
    "inbox, open complaints": "/desk/?view=open&kind=complaint",
}
PAGES = {
    "open case (its pane)": ("/desk/cases/{number}/", True),
    "open case (whole page)": ("/desk/cases/{number}/", False),
    "customer and flow beside it": ("/desk/cases/{number}/side/", True),
}


@dataclass
class Site:
    """One scratch installation being measured."""

    scratch: Scratch
    cases: int
    cast: bench_seed.Cast
    rng: Random
    numbers: "count[int]" = field(default_factory=count)
    spent: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    done: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    touched: dict[str, Touched] = field(default_factory=dict)
    senders: list[tuple[int, str]] = field(default_factory=list)
    rate: float = 0.0
    megabytes: float = 0.0
    _door: HTTPConnection | None = None
    _asked_at: float = 0.0

    def ask(self, wish: Wish, *, door: HTTPConnection | None = None) -> tuple[int, bytes]:
        """The answer to a request, on one kept connection."""
        if self._door is None or time.monotonic() - self._asked_at > IDLE_SECONDS:
            self._door = HTTPConnection("127.0.0.1", self.scratch.port, timeout=120)
        self._asked_at = time.monotonic()
        line = door or self._door
        try:
            line.request("POST" if wish.body else "GET", wish.path, wish.body.encode() or None, _headers(wish))
            answer = line.getresponse()
            return answer.status, answer.read()
        except ConnectionError as error:
            raise Refused(f"The scratch installation hung up on {wish.path}: {error}") from error

    def expect(self, wish: Wish, status: int, *, door: HTTPConnection | None = None) -> bytes:
        """As `ask`, for an answer that has to be this one."""
        found, body = self.ask(wish, door=door)
        if found != status:
            raise AssertionError(f"{wish.path} answered {found}: {body[:300]!r}")
        return body

    def message(self, sender: int, client: int | None = None) -> Wish:
        """A message of this sender."""
        number = next(self.numbers)
        said = {
            "channel": "api",
            "external_id": f"m-{number}",
            "sender": {"external_id": f"s-{sender}", "name": f"王小姐{sender}", "phone": f"138{sender % 10**8:08d}"},
            "text": bench_seed.TEXTS[number % len(bench_seed.TEXTS)],
        }
        tokens = self.cast.tokens
        token = tokens[number % len(tokens) if client is None else client]
        return Wish("/api/v1/messages", token=token, body=json.dumps(said))

    def number(self) -> str:
        """A case among all."""
        return f"C2026-{self.rng.randrange(self.cases) + 1:06d}"

    def measure(self, name: str, operations: int, run: Callable[[], None], *processes: str, more: float = 0.0) -> None:
        """This will add what the processes and the database spend while this runs."""
        before = self.scratch.cpu(*processes)
        run()
        self.spent[name] += self.scratch.cpu(*processes) - before + more
        self.done[name] += operations

    def behind(self, name: str, operations: int) -> None:
        """This will let the worker catch up, and add what that costs."""
        self.scratch.resume("worker")
        self.measure(name, operations, self.scratch.drain, "worker")
        self.scratch.halt("worker")

    def cpu(self, name: str) -> float:
        """CPU milliseconds of one operation."""
        return self.spent[name] / self.done[name]


def run(
    sizes: list[int],
    operations: int,
    report: Report,
    say: Callable[[str], None],
    then: Callable[[Site], None] = lambda site: None,
) -> list[Site]:
    """This will measure everything at every size and note the figures; returns what was measured.

    `then` is called for each filled installation when the desk is done with it.

    Raises: AssertionError when an answer is not right
    """
    with scratches([str(size) for size in sizes]) as places:
        sites = [_open(scratch, size, say) for scratch, size in zip(places, sizes, strict=True)]
        for site in sites:
            say(f"Statements and blocks at {site.cases:,} cases …")
            _probe(site)
        rounds = -(-operations // BLOCK)
        for number in range(rounds):
            say(f"Round {number + 1} of {rounds} …")
            for site in sites:
                report.calibrate()
                _round(site)
        for site in sites:
            say(f"{CLIENTS} clients at {site.cases:,} cases …")
            _crowd(site, operations)
            _check(site)
        sites[-1].megabytes = _open_every_page(sites[-1], say)
        for site in sites:
            then(site)
    return sites


def _open(scratch: Scratch, cases: int, say: Callable[[str], None]) -> Site:
    say(f"Filling {cases:,} cases …")
    scratch.drain()
    scratch.halt("worker", "clock", "analyst", "live")
    cast = scratch.ask(bench_seed.make_cast)
    scratch.ask(bench_seed.seed, cases, scratch.urls["postgres"], cast.agents)
    scratch.ask(inside.add_mailbox)
    site = Site(scratch, cases, cast, Random(cases))  # noqa: S311  # which cases are opened, not a secret
    for path in (*VIEWS.values(), *(path.format(number=site.number()) for path, _ in PAGES.values())):
        for _ in range(8):  # both web processes are warm
            site.expect(Wish(path, cookie=cast.cookie), 200)
    return site


def _probe(site: Site) -> None:
    """Statements and blocks, in the process inside, with everything else at rest."""
    ask, cast = site.scratch.ask, site.cast
    first = 10**7
    site.touched["create, new sender"] = ask(
        inside.touched_by, [site.message(first + number) for number in range(PROBED)], 202
    )
    site.touched["case behind it"] = ask(
        inside.touched_behind, [site.message(first + PROBED + number) for number in range(PROBED)]
    )
    site.touched["create, known sender"] = ask(
        inside.touched_by, [site.message(first + number) for number in range(PROBED)], 202
    )
    replies = [_reply(site, number) for number in _numbers_of(site, [first + number for number in range(PROBED)])]
    site.touched["reply"] = ask(inside.touched_by, replies, 202)
    for name, path in VIEWS.items():
        site.touched[name] = ask(inside.touched_by, [Wish(path, cookie=cast.cookie)] * PROBED, 200)
    for name, (path, is_part) in PAGES.items():
        wishes = [Wish(path.format(number=number), cookie=cast.cookie, is_part=is_part) for number in PROBED_CASES]
        site.touched[name] = ask(inside.touched_by, wishes, 200)
    site.touched["mail to case"] = ask(inside.touched_by_mail, first)


def _round(site: Site) -> None:
    """One block of every operation."""
    senders = [next(site.numbers) for _ in range(BLOCK)]
    wishes = [site.message(sender) for sender in senders]
    site.measure("create, new sender", BLOCK, lambda: _post(site, wishes), "web")
    site.behind("case behind it", BLOCK)
    again = [site.message(sender) for sender in senders]
    site.measure("create, known sender", BLOCK, lambda: _post(site, again), "web")
    site.behind("behind a message to a case", BLOCK)
    replies = [_reply(site, number) for number in _numbers_of(site, senders)]
    site.measure("reply", BLOCK, lambda: _post(site, replies), "web")
    site.behind("behind a reply", BLOCK)
    for name, path in VIEWS.items():
        site.measure(name, BLOCK, partial(_inbox, site, path), "web")
    for name, (path, is_part) in PAGES.items():
        site.measure(name, BLOCK, partial(_case, site, path, is_part), "web")
    _mails(site)


def _post(site: Site, wishes: list[Wish]) -> None:
    for wish in wishes:
        site.expect(wish, 202)


def _inbox(site: Site, path: str) -> None:
    for _ in range(BLOCK):
        rows = site.expect(Wish(path, cookie=site.cast.cookie), 200).count(b'<li id="row-')
        if rows != 25:
            raise AssertionError(f"{path} shows {rows} rows.")


def _case(site: Site, path: str, is_part: bool) -> None:
    for _ in range(BLOCK):
        number = site.number()
        body = site.expect(Wish(path.format(number=number), cookie=site.cast.cookie, is_part=is_part), 200)
        if number.encode() not in body:
            raise AssertionError(f"{path} does not show {number}.")


def _mails(site: Site) -> None:
    first = next(site.numbers) * BLOCK
    pid = site.scratch.ask(_own_pid)
    site.scratch.ask(inside.write_mails, first, BLOCK)
    before = site.scratch.cpu_of(pid)
    site.measure("mail to case", 0, lambda: site.scratch.ask(inside.hand_in_mails, first, BLOCK))
    site.spent["mail to case"] += site.scratch.cpu_of(pid) - before
    site.behind("mail to case", BLOCK)


def _crowd(site: Site, operations: int) -> None:
    """So many clients at once, each with a token of its own; the cases come later."""
    wishes = [
        [site.message(next(site.numbers), client) for _ in range(operations // CLIENTS)] for client in range(CLIENTS)
    ]
    failures: list[BaseException] = []

    def client(mine: list[Wish]) -> None:
        door = HTTPConnection("127.0.0.1", site.scratch.port, timeout=120)
        try:
            for wish in mine:
                site.expect(wish, 202, door=door)
        except BaseException as failure:  # told by the thread that waits
            failures.append(failure)

    threads = [threading.Thread(target=client, args=(mine,)) for mine in wishes]
    began, before = time.monotonic(), site.scratch.cpu("web")
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    total = sum(map(len, wishes))
    site.rate = total / (time.monotonic() - began)
    site.spent["create at 8 clients"], site.done["create at 8 clients"] = site.scratch.cpu("web") - before, total


def _check(site: Site) -> None:
    """Everything that was acknowledged is there, once, with its case, its promises and its owner."""
    site.scratch.resume("worker")
    site.scratch.drain()
    with site.scratch.superuser() as raw:
        for sql, meaning in _WRONG.items():
            row = raw.execute(sql).fetchone()
            if row and row[0]:
                raise AssertionError(f"{row[0]} {meaning}.")
    site.scratch.halt("worker")


_WRONG = {
    "SELECT count(*) FROM conversations_conversation c WHERE NOT EXISTS "
    "(SELECT FROM cases_case k WHERE k.conversation_id = c.id)": "conversations have no case",
    "SELECT count(*) FROM cases_case c JOIN accounts_team t ON t.id = c.team_id "
    "WHERE c.owner_id IS NULL AND t.code <> 'order_processing'": "cases have nobody",
    "SELECT count(*) FROM cases_case c WHERE status IN ('new', 'open') AND NOT EXISTS "
    "(SELECT FROM cases_promise p WHERE p.case_id = c.id)": "open cases have no promise",
    "SELECT count(*) FROM eventlog_parked": "events were parked",
    "SELECT count(*) FROM conversations_delivery WHERE status <> 'parsed'": "deliveries were not understood",
}


def _open_every_page(site: Site, say: Callable[[str], None]) -> float:
    """Megabytes of the largest web process once every page was opened."""
    paths = [path.replace("{number}", site.number()) for path in site.scratch.ask(inside.pages)]
    say(f"Opening {len(paths)} pages …")
    for path in paths:
        for cookie in (site.cast.cookie, site.cast.lead_cookie):
            for _ in range(3):
                door = HTTPConnection("127.0.0.1", site.scratch.port, timeout=120)
                status, body = site.ask(Wish(path, cookie=cookie), door=door)
                door.close()
                if status >= 500:
                    raise AssertionError(f"{path} answered {status}: {body[:300]!r}")
    return max(site.scratch.resident("web"))


def _numbers_of(site: Site, senders: list[int]) -> list[str]:
    """The numbers of these senders' cases: the newest cases, newest last."""
    with site.scratch.superuser() as raw:
        rows = raw.execute("SELECT number FROM cases_case ORDER BY opened_at DESC, id DESC LIMIT %s", [len(senders)])
        return [str(row[0]) for row in rows]


def _reply(site: Site, number: str) -> Wish:
    body = json.dumps({"text": bench_seed.ANSWER})
    return Wish(f"/api/v1/cases/{number}/replies", token=site.cast.tokens[next(site.numbers) % 8], body=body)


def _headers(wish: Wish) -> dict[str, str]:
    headers = {"Host": "127.0.0.1"}
    if wish.token:
        headers["Authorization"] = f"Bearer {wish.token}"
    if wish.cookie:
        headers["Cookie"] = wish.cookie
    if wish.is_part:
        headers["HX-Request"] = "true"
    if wish.body:
        headers["Content-Type"] = "application/json"
    return headers


def _own_pid() -> int:
    import os

    return os.getpid()
