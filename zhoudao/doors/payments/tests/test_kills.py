"""Workers are killed while refunds are being paid back: the service's ledger and ours agree to the cent."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from random import Random
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client

from zhoudao.doors.payments.tests.conftest import Till, moods
from zhoudao.rooms.aftersales.commands.sending import send_again
from zhoudao.rooms.aftersales.models import Refund
from zhoudao.rooms.aftersales.tests.returns import CLERK, TEN

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
    """Two workers at a time on a bad day; each round one is killed in the middle of a request. What stayed without an
    answer for too long, a person has asked again when the day is over.
    """
    till.serve()
    made, portion = [till.refund() for _ in range(refunds)], -(-refunds // kills)
    hangman = Hangman(till, Random(5), every=portion)
    till.platform.hold_seconds, till.platform.mood = 0.05, hangman.mood
    for round_ in range(kills):
        till.hear(portion)
        hangman.round(hours=7.0 * (round_ + 1))
    till.platform.mood, asked = moods(), len(till.platform.told)
    till.ahead = timedelta(hours=7.0 * (kills + 1))
    for refund in Refund.objects.filter(state="stuck", trouble="no_answer"):
        send_again(refund_id=refund.id, by=CLERK, at=TEN, real_now=till.real())
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
    assert hangman.killed >= kills // 2
    twice = asked - len({number for _method, number in till.platform.told})
    for name, value in {
        "refunds": refunds,
        "kills": hangman.killed,
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
        try:
            for worker in workers:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    worker.wait(60)
            self.tell()
        finally:
            with self.lock:
                self.victim = None  # the other may have been faster: nothing was left to ask
            for worker in workers:
                with contextlib.suppress(ProcessLookupError):
                    worker.send_signal(signal.SIGKILL)
                worker.wait(30)

    def mood(self, _method: str, _number: str) -> str:
        with self.lock:
            self.left -= 1
            victim = self.victim
            if self.left <= 0 and victim is not None and victim.poll() is None:
                self.victim, self.killed = None, self.killed + 1
                soon = 0 if self.rng.random() < 0.5 else self.rng.random() * 0.02
                threading.Timer(soon, victim.kill).start()  # what it asked for is done all the same
        return self.rng.choice(("", "", "", "", "silent", "error_after", "broken", "processing", "deaf", "unsigned"))

    def tell(self) -> None:
        """What takes long is done, and told: some of it twice, some never."""
        for number, row in list(self.till.platform.ledger.items()):
            row.status = "SUCCESS"
            for _ in range(self.rng.choice((0, 1, 2))):
                headers, body = self.till.platform.callback(number)
                answer = Client().post("/hooks/payments/wx/", body, content_type="application/json", headers=headers)
                assert answer.status_code == 204
