"""Many at a time, slow ones beside fast ones, and processes that are killed between posting and marking."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, connections

from zhoudao.doors.webhooks import posting, tasks
from zhoudao.doors.webhooks.tests.conftest import OPENED, Post, states
from zhoudao.doors.webhooks.tests.receiver import Receiver, running
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.webhooks.commands import handing_on
from zhoudao.ground.webhooks.commands.managing import delete_webhook
from zhoudao.ground.webhooks.commands.replaying import ask_ping
from zhoudao.ground.webhooks.commands.sending import CLAIM, PING_KEPT, bury_lost, claim_next
from zhoudao.ground.webhooks.models import Sending, Webhook
from zhoudao.ground.webhooks.waits import TRIES

pytestmark = pytest.mark.django_db(transaction=True)
_ONE_TURN = """
import sys, django
django.setup()
from random import Random
from uuid import UUID
from zhoudao.doors.webhooks.posting import take_turn
take_turn(UUID(sys.argv[1]), rng=Random(1))
"""


def turns(webhook: Webhook, count: int, seconds: float = 20) -> list[threading.Thread]:
    """As many workers at once, each with a connection of its own."""

    def turn() -> None:
        try:
            posting.take_turn(webhook.id, rng=Random(1), seconds=seconds)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=turn) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads


def ended(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()


def waited(for_: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not for_():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_however_many_workers_one_webhook_is_posted_one_at_a_time_and_in_order(
    post_office: Post, receiver: Receiver
) -> None:
    webhook = post_office.connect(receiver)
    receiver.before = lambda: time.sleep(0.05)
    numbers = [post_office.shop.hears("你好", who=f"v-{number}").number for number in range(6)]
    post_office.hand_on()
    until = time.monotonic() + 30
    while set(states(webhook)) != {"delivered"} and time.monotonic() < until:
        ended(turns(webhook, 5))
    assert receiver.most_at_once == 1
    assert [body["data"]["object"]["number"] for _id, body in receiver.heard] == numbers


def test_one_that_may_be_posted_four_at_once_is_never_posted_five(post_office: Post, receiver: Receiver) -> None:
    webhook = post_office.connect(receiver, at_once=4)
    for number in range(12):
        post_office.shop.hears("你好", who=f"v-{number}")
    receiver.before = lambda: time.sleep(0.15)
    post_office.hand_on()
    until = time.monotonic() + 30
    while set(states(webhook)) != {"delivered"} and time.monotonic() < until:
        ended(turns(webhook, 7))
    assert 2 <= receiver.most_at_once <= 4
    assert len(set(receiver.ids)) == len(receiver.ids) == 12


def test_one_that_does_not_answer_holds_up_nobody_else(post_office: Post, receiver: Receiver) -> None:
    stuck, is_free = Receiver(), threading.Event()
    stuck.before = lambda: (is_free.wait(15), None)[1]
    with running(stuck):
        slow = post_office.connect(stuck)
        fast = post_office.connect(receiver)
        for number in range(4):
            post_office.shop.hears("你好", who=f"v-{number}")
        post_office.hand_on()
        began = time.monotonic()
        held_up = turns(slow, 3)
        waited(lambda: stuck.most_at_once > 0)
        ended(turns(fast, 1))
        assert time.monotonic() - began < 8
        assert (states(fast), len(receiver.heard)) == (["delivered"] * 4, 4)
        assert stuck.most_at_once == 1, "the other two workers went on to other work"
        assert set(states(slow)) == {"waiting"}
        is_free.set()
        ended(held_up)


def test_jobs_of_webhooks_stand_in_a_line_of_their_own(db: None) -> None:
    assert {task.queue for task in (tasks.send, tasks.ping)} == {"webhooks"}


def test_killed_between_posting_and_marking_it_is_posted_again_and_never_lost(
    post_office: Post, receiver: Receiver
) -> None:
    webhook = post_office.connect(receiver)
    post_office.shop.hears("你好")
    post_office.hand_on()
    worker: list[subprocess.Popen[bytes]] = []
    receiver.before = lambda: worker[0].send_signal(signal.SIGKILL)
    worker.append(subprocess.Popen([sys.executable, "-c", _ONE_TURN, str(webhook.id)], env=environment()))
    assert worker[0].wait(30) == -signal.SIGKILL
    waited(lambda: len(receiver.heard) == 1)
    receiver.before = lambda: None
    row = Sending.objects.get()
    assert (row.state, row.attempts, row.tried_at) == ("waiting", 1, None)
    assert post_office.work() == 0, "it may still be under way"
    post_office.ahead = CLAIM + timedelta(seconds=5)
    assert post_office.work() == 1
    assert receiver.ids == [str(Event.objects.get(type=OPENED).id)] * 2
    assert states(webhook) == ["delivered"]


def environment() -> dict[str, str]:
    """This process's, with the tests' own database."""
    made = connection.settings_dict
    host = quote(made["HOST"], safe="")
    url = f"postgresql://{made['USER']}:{quote(made['PASSWORD'] or '')}@/{made['NAME']}?host={host}&port={made['PORT']}"
    own = {"DATABASE_URL": url, "OUTGOING_NETWORKS": "127.0.0.1", "DJANGO_SETTINGS_MODULE": "zhoudao.config.settings"}
    return dict(os.environ) | own


def test_one_whose_last_try_was_lost_with_its_worker_is_given_up_in_sight(
    post_office: Post, receiver: Receiver
) -> None:
    webhook = post_office.connect(receiver)
    shop = post_office.shop
    shop.hears("你好")
    post_office.hand_on()
    Sending.objects.update(attempts=TRIES - 1)
    assert claim_next(webhook.id, real_now=post_office.real) is not None
    ping = ask_ping(webhook_id=webhook.id, viewer=shop.viewer("admin"), at=shop.now, real_now=post_office.real)
    assert bury_lost(real_now=post_office.real) == 0
    assert bury_lost(real_now=post_office.real + CLAIM * 2) == 1
    assert Sending.objects.exclude(id=ping.id).get().reason == "lost"
    assert bury_lost(real_now=post_office.real + PING_KEPT + CLAIM) == 1, "a test nobody took up does not stay for ever"
    ping.refresh_from_db()
    assert (ping.state, ping.reason) == ("dead", "lost")


def test_one_that_is_deleted_while_it_is_posted_takes_everything_along(post_office: Post, receiver: Receiver) -> None:
    webhook, shop = post_office.connect(receiver), post_office.shop
    shop.hears("你好")
    post_office.hand_on()

    def delete() -> None:
        delete_webhook(webhook_id=webhook.id, viewer=shop.viewer("admin"), at=shop.now)
        connections.close_all()

    receiver.before = delete
    tasks.send(webhook_id=str(webhook.id))
    assert len(receiver.heard) == 1, "what was under way arrives"
    assert not Webhook.objects.exists()
    assert not Sending.objects.exists()
    tasks.send(webhook_id=str(webhook.id))  # a job that was in line already
    assert len(receiver.heard) == 1


def test_a_test_is_made_once_also_while_paused_and_shows_what_it_saw(post_office: Post, receiver: Receiver) -> None:
    webhook = post_office.connect(receiver)
    Webhook.objects.update(is_active=False)
    shop = post_office.shop
    sending = ask_ping(webhook_id=webhook.id, viewer=shop.viewer("admin"), at=shop.now, real_now=post_office.real)
    for _ in range(2):
        tasks.ping(sending_id=str(sending.id))
    sending.refresh_from_db()
    assert (sending.state, sending.status, sending.answer) == ("delivered", 200, "thank you")
    assert [body["type"] for _id, body in receiver.heard] == ["webhooks.ping"]


def test_a_backlog_stays_in_the_log_and_not_in_the_table(
    post_office: Post, receiver: Receiver, monkeypatch: Any
) -> None:
    monkeypatch.setattr(handing_on, "MOST_FRESH", 3)
    monkeypatch.setattr(handing_on, "WINDOW", 40)
    webhook = post_office.connect(receiver)
    for number in range(8):
        post_office.shop.hears("你好", who=f"v-{number}")
    for _ in range(9):
        post_office.hand_on()
    assert 3 <= len(states(webhook)) < 8
    for _ in range(9):
        post_office.work()
    assert len(set(receiver.ids)) == len(receiver.ids) == 8
