"""Workers are killed while refunds are being paid back: the service's ledger and ours agree to the cent."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from random import Random
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client

from zhoudao.doors.payments.tests.conftest import Till, moods
from zhoudao.rooms.aftersales.models import Refund

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
Record = Callable[[str, object], None]
_WORKER = """
import sys, django
django.setup()
from datetime import UTC, datetime, timedelta
from zhoudao.doors.payments.sending import send
from zhoudao.rooms.aftersales.queries.sending import due_refunds
ahead = timedelta(hours=float(sys.argv[1]))
def real():
    return datetime.now(UTC) + ahead
while due := due_refunds(real(), limit=500):
    for refund_id in due:
        send(refund_id, real_now=real)
"""
_BOOKS = """
    SELECT count(*) AS refunds, count(*) FILTER (WHERE r.state = 'paid') AS paid,
           coalesce(sum(r.amount_minor) FILTER (WHERE r.state = 'paid'), 0) AS of_refunds,
           (SELECT sum(paid_minor) FROM aftersales_purse) AS of_purses,
           (SELECT sum(promised_minor) FROM aftersales_purse) AS promised,
           (SELECT count(*) FROM eventlog_event WHERE type = 'aftersales.RefundPaid') AS told
      FROM aftersales_refund r
"""


def test_a_few_kills_leave_both_books_the_same(till: Till, record_property: Record) -> None:
    pay_and_kill(till, refunds=24, kills=3, record=record_property)


@pytest.mark.soak
def test_many_kills_leave_both_books_the_same(till: Till, record_property: Record) -> None:
    pay_and_kill(till, refunds=600, kills=40, record=record_property)


def pay_and_kill(till: Till, *, refunds: int, kills: int, record: Record) -> None:
    """Two workers at a time on a bad day; one is killed in the middle of a request, the other after it."""
    till.serve()
    made = [till.refund() for _ in range(refunds)]
    till.hear()
    hangman = Hangman(till, Random(5), every=max(3, refunds // kills // 3))
    till.platform.hold_seconds, till.platform.mood = 0.05, hangman.mood
    for round_ in range(kills):
        hangman.round(hours=7.0 * (round_ + 1))
    till.platform.mood, asked = moods(), len(till.platform.told)
    till.ahead = timedelta(hours=7.0 * (kills + 1))
    for _ in range(6):
        hangman.tell()
        till.work(hours=7)
    with connection.cursor() as cursor:
        cursor.execute(_BOOKS)
        count, paid, of_refunds, of_purses, promised, told = cursor.fetchone()
    there = till.platform.paid
    unpaid = list(Refund.objects.exclude(state="paid").values_list("state", "trouble", "attempts", "unanswered")[:5])
    assert (unpaid, count, paid, told) == ([], refunds, refunds, refunds), "each paid once, and told once"
    assert sum(there.values()) == of_refunds == of_purses == promised
    assert there == {each.number: each.amount_minor for each in made}
    assert not Refund.objects.exclude(trouble="").exists()
    assert hangman.killed == kills
    twice = asked - len({number for _method, number in till.platform.told})
    for name, value in {
        "refunds": refunds,
        "kills": kills,
        "asked in vain": twice,
        "paid": sum(there.values()),
    }.items():
        record(name, value)


def environment() -> dict[str, str]:
    """This process's, with the tests' own database."""
    made = connection.settings_dict
    host = quote(made["HOST"], safe="")
    url = f"postgresql://{made['USER']}:{quote(made['PASSWORD'] or '')}@/{made['NAME']}?host={host}&port={made['PORT']}"
    own = {"DATABASE_URL": url, "OUTGOING_NETWORKS": "127.0.0.1", "DJANGO_SETTINGS_MODULE": "zhoudao.config.settings"}
    return dict(os.environ) | own


class Hangman:
    """Kills a worker in the middle of what it asks; and makes a bad day of the rest."""

    def __init__(self, till: Till, rng: Random, every: int) -> None:
        self.till, self.rng, self.every = till, rng, every
        self.victim: subprocess.Popen[bytes] | None = None
        self.killed, self.left, self.lock = 0, 0, threading.Lock()

    def round(self, *, hours: float) -> None:
        command = [sys.executable, "-c", _WORKER, str(hours)]
        workers = [subprocess.Popen(command, env=environment()) for _ in range(2)]
        with self.lock:
            self.left, self.victim = self.rng.randint(1, self.every), workers[0]
        until = time.monotonic() + 60
        try:
            while workers[0].poll() is None and workers[1].poll() is None and time.monotonic() < until:
                time.sleep(0.02)
            self.tell()
        finally:
            with self.lock:
                if self.victim is not None:  # it had nothing left to ask: killed all the same, while it starts or idles
                    self.kill()
            for worker in workers:
                with contextlib.suppress(ProcessLookupError):
                    worker.send_signal(signal.SIGKILL)
                worker.wait(30)

    def mood(self, _method: str, _number: str) -> str:
        with self.lock:
            self.left -= 1
            if self.left <= 0 and self.victim is not None:
                if self.rng.random() < 0.5:
                    self.kill()  # before it is paid, which it is all the same
                else:
                    threading.Timer(self.rng.random() * 0.02, self.kill, [self.victim]).start()
                    self.victim, self.killed = None, self.killed + 1
        return self.rng.choice(("", "", "", "", "silent", "error_after", "broken", "processing", "deaf", "unsigned"))

    def kill(self, victim: "subprocess.Popen[bytes] | None" = None) -> None:
        if victim is None:
            victim, self.victim, self.killed = self.victim, None, self.killed + 1
        assert victim is not None
        victim.send_signal(signal.SIGKILL)

    def tell(self) -> None:
        """What takes long is done, and told: some of it twice, some never."""
        for number, row in list(self.till.platform.ledger.items()):
            row.status = "SUCCESS"
            for _ in range(self.rng.choice((0, 1, 2))):
                headers, body = self.till.platform.callback(number)
                answer = Client().post("/hooks/payments/wx/", body, content_type="application/json", headers=headers)
                assert answer.status_code == 204
