"""`zhoudao bench tracking`: how soon a carrier's report is acknowledged at a steady pace; each is read once."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from threading import local
from typing import Any

from zhoudao.doors.cli.bench_report import Report
from zhoudao.doors.cli.bench_scratch import scratches
from zhoudao.kit.signed_hooks import sign

SOURCE, WARM, HANDS = "bench", 40, 16
A_SECOND, P99_MS = 50, 100.0
PATIENCE_SECONDS = 120.0
STATES = ("info_received", "in_transit", "in_transit", "out_for_delivery", "delivered")
NOTES = [
    "Reports come at a fixed pace whatever the answers take (open loop), over sixteen connections, each timed from the "
    "moment it was due; the worker reads behind at the same time, on the same machine. A report is one event of a "
    "parcel, signed as Standard Webhooks says and kept sealed. A fifth comes twice.",
]


def run(reports: int, a_second: int, report: Report, say: Callable[[str], None]) -> None:
    """This will send reports at a pace in a scratch installation and note how soon each was acknowledged."""
    with scratches(["tracking"]) as (scratch,):
        scratch.drain()
        secret = scratch.ask(make_source)
        pace = _Pace(scratch.port, secret, a_second)
        say(f"{reports:,} reports, {a_second} a second …")
        pace.send(range(WARM))
        report.calibrate()
        waits = sorted(pace.send(range(WARM, WARM + reports)))
        report.calibrate()
        until = time.monotonic() + PATIENCE_SECONDS
        while (left := scratch.ask(unread)) and time.monotonic() < until:
            time.sleep(1.0)
        wrong = scratch.ask(differences, WARM + reports)
    p50, p99 = (waits[int(len(waits) * share)] for share in (0.5, 0.99))
    report.add(f"acknowledged, p50 at {a_second}/s", f"{reports:,}", f"{p50:.1f} ms")
    report.add(
        f"acknowledged, p99 at {a_second}/s", f"{reports:,}", f"{p99:.1f} ms", budget=f"{P99_MS:.0f} ms",
        kept=p99 <= P99_MS,
    )  # fmt: skip
    words = f"{left} unread" if left else wrong
    report.add("read, each once", f"{reports:,}", words or "equal", budget="equal", kept=not words)
    report.notes += NOTES


def body_of(number: int) -> bytes:
    """The report of this number: five things are said of every parcel, one after the other."""
    parcel, step = divmod(number, len(STATES))
    at = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=7 * step, seconds=parcel)
    event = {"at": at.isoformat(), "state": STATES[step], "text": f"快件已到达第 {step} 站", "place": "苏州转运中心"}
    told = {"carrier": "sf", "tracking_number": f"SF{parcel:010d}", "events": [event]}
    return json.dumps(told, ensure_ascii=False).encode()


def make_source() -> str:
    """A source in the scratch installation, and its secret."""
    from zhoudao.ground.eventlog.recording import By
    from zhoudao.kit.signed_hooks import new_secret
    from zhoudao.rooms.parcels.commands.sources import add_source

    secret = new_secret()
    secrets, at = {"signing": secret}, datetime.now(UTC)
    add_source(code=SOURCE, kind="webhook", secrets=secrets, by=By("system:bench"), at=at)
    return secret


def unread() -> int:
    """How many reports are still to be read."""
    from zhoudao.rooms.parcels.models import TrackingReport

    return TrackingReport.objects.exclude(status="read").count()


def differences(reports: int) -> str:
    """What is not as it was sent: empty when every report is there once, and every event."""
    from zhoudao.rooms.parcels.models import TrackingEvent, TrackingReport

    found = TrackingReport.objects.count(), TrackingEvent.objects.count()
    return "" if found == (reports, reports) else f"{found} for {reports}"


class _Pace:
    """Many hands that send reports at the moments they are due."""

    def __init__(self, port: int, secret: str, a_second: int) -> None:
        self._port, self._secret, self._gap = port, secret, 1 / a_second
        self._own = local()

    def send(self, numbers: range) -> list[float]:
        """This will send these reports, a fifth of them twice; returns how long each took, in ms."""
        began = time.monotonic() + 0.1
        with ThreadPoolExecutor(HANDS) as hands:
            due = ((number, began + n * self._gap) for n, number in enumerate(numbers))
            return list(hands.map(lambda one: self._one(*one), due))

    def _one(self, number: int, due: float) -> float:
        time.sleep(max(0.0, due - time.monotonic()))
        self._post(number, 202)
        waited = (time.monotonic() - due) * 1000
        if number % 5 == 0:
            self._post(number, 200)
        return waited

    def _post(self, number: int, wanted: int) -> None:
        door: Any = getattr(self._own, "door", None)
        if door is None:
            door = self._own.door = HTTPConnection("127.0.0.1", self._port, timeout=30)
        body, now = body_of(number), datetime.now(UTC)
        headers = {"Content-Type": "application/json", **sign(f"r-{number}", now, body, [self._secret])}
        door.request("POST", f"/hooks/tracking/{SOURCE}/", body, headers)
        answer = door.getresponse()
        answer.read()
        if answer.status != wanted:
            raise AssertionError(f"report {number}: {answer.status}")
