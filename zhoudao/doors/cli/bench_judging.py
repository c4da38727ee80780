"""The desk bench's figures against what was promised, with the peers' figures as they were measured elsewhere."""

from zhoudao.doors.cli.bench_desk import CLIENTS, Site
from zhoudao.doors.cli.bench_report import Report

FLAT = 1.5
SOURCE = "Peers' figures are constants from the project's issue 2: CPU of application + database, 100,000 cases."
# operation: CPU milliseconds, statements; None where nothing was promised
BUDGETS: dict[str, tuple[float, int] | None] = {
    "create, new sender": (8, 10),
    "create, known sender": (8, 10),
    "case behind it": None,
    "behind a message to a case": None,
    "reply": (8, 10),
    "behind a reply": None,
    "inbox, mine": (15, 12),
    "inbox, to be taken": (15, 12),
    "inbox, all": (15, 12),
    "inbox, open complaints": (15, 12),
    "open case (its pane)": (15, 12),
    "open case (whole page)": (15, 12),
    "customer and flow beside it": None,
    "mail to case": None,
}
CPU_ONLY = {"case behind it": 15.0, "mail to case": 25.0}
PEERS = {
    "create, new sender": "django-helpdesk 32 + 7 ms, 24 statements; Request Tracker 221 + 60 ms",
    "reply": "django-helpdesk 29/s",
    "inbox, all": "django-helpdesk 134 + 58 ms, 80 statements; Request Tracker 517 + 174 ms",
    "open case (its pane)": "django-helpdesk 104 + 16 ms, 43 statements; Request Tracker 323 + 2,118 ms",
    "mail to case": "django-helpdesk 17 + 5 ms (a ticket, no promises, no flow)",
}
NOTES = [
    SOURCE,
    "CPU is user + system time of our processes and of every PostgreSQL process (autovacuum, checkpoints, WAL), from "
    "/proc, divided by the operations; in brackets: divided by the fixed loop. Statements count BEGIN and COMMIT.",
    "Pages and API requests: two web processes and the database; worker, clock, live and analyst are halted. "
    "“Behind”: the worker with its polling and the database, until no event and no job is left: case, promises, "
    "routing to a person, flow, acknowledgement. Mail: stored by the process that polls, read by a process of its own "
    "under limits, then all that is behind it.",
    "Flat: at the largest size the same statements, at most 1.5 times the blocks and the CPU of the smallest. They "
    "are counted on the same cases at every size, and in batches cut by their number of events alone; the "
    "CPU is that of the running worker, whose batches also end by the clock.",
]


def judge(sites: list[Site], report: Report) -> None:
    """This will note every figure of these sites, with its verdict."""
    report.notes += NOTES
    for name, budget in BUDGETS.items():
        for site in sites:
            _cost(report, site, name, budget)
        if len(sites) > 1:
            _flat(report, sites[0], sites[-1], name)
    for site in sites:
        size = f"{site.cases:,}"
        rate, cpu = site.rate, site.cpu(f"create at {CLIENTS} clients")
        report.add(
            f"accepted at {CLIENTS} clients",
            size,
            f"{rate:.0f}/s (wall clock), {cpu:.1f} ms each",
            budget="≥ 170/s",
            kept=rate >= 170,
            peers="django-helpdesk 43/s",
        )
    megabytes = sites[-1].megabytes
    report.add(
        "largest web process, every page opened",
        f"{sites[-1].cases:,}",
        f"{megabytes:.0f} MB",
        budget="≤ 160 MB",
        kept=megabytes <= 160,
        peers="450 MB a worker once a report was opened",
    )


def _cost(report: Report, site: Site, name: str, budget: tuple[float, int] | None) -> None:
    cpu, touched = site.cpu(name), site.touched.get(name)
    most = budget[0] if budget else CPU_ONLY.get(name)
    kept = None if most is None else cpu <= most and (budget is None or (touched and touched.statements <= budget[1]))
    value = f"{cpu:.1f} ms ({cpu / report.loop:.2f} loops)"
    if touched:
        value += f", {touched.statements:.1f} statements, {touched.blocks:.0f} blocks"
    words = "" if most is None else f"≤ {most:.0f} ms" + (f", ≤ {budget[1]} statements" if budget else "")
    peers = PEERS.get(name, "")
    report.add(name, f"{site.cases:,}", value, budget=words, kept=None if kept is None else bool(kept), peers=peers)


def _flat(report: Report, small: Site, large: Site, name: str) -> None:
    cpu = large.cpu(name) / small.cpu(name)
    before, after = small.touched.get(name), large.touched.get(name)
    is_same = before is None or after is None or round(after.statements, 1) == round(before.statements, 1)
    blocks = after.blocks / before.blocks if before and after else 1.0
    value = f"CPU x {cpu:.2f}, blocks x {blocks:.2f}, statements {'the same' if is_same else 'differ'}"
    size = f"{small.cases:,} to {large.cases:,}"
    report.add(f"{name}: flat", size, value, budget=f"x {FLAT}", kept=is_same and max(cpu, blocks) <= FLAT)
