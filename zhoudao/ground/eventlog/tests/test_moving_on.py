"""What nobody wants is passed in one statement for all subscribers, and nothing wanted is passed with it."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event, Parked, Subscription
from zhoudao.ground.eventlog.reading import log_end, move_on
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.eventlog.tests.test_dispatch import NOW, Rung, only_mine, ring
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid7

__all__ = ["only_mine"]
pytestmark = pytest.mark.django_db(transaction=True)


@frozen
class Struck(Rung):
    """A clock struck."""

    name = "tests.Struck"
    words = "A clock struck"


def strike(clock: UUID) -> None:
    record(Struck(1), at=NOW, by=By("system:test"), about=[About("clock", clock)])


TYPES: dict[Callable[..., None], str] = {ring: "tests.Rung", strike: "tests.Struck"}


def settle() -> None:
    """Everything written can be read: no transaction of a test beside this one still holds it back."""
    until = time.monotonic() + 60
    newest = Event.objects.order_by("-xid").values_list("xid", flat=True)[0]
    while log_end() <= newest:
        assert time.monotonic() < until
        time.sleep(0.02)


def place(name: str) -> tuple[int, UUID | None]:
    return Subscription.objects.values_list("cursor_xid", "cursor_id").get(name=name)


def test_whoever_wants_nothing_is_moved_on_without_a_batch(only_mine: None) -> None:
    heard: list[int] = []
    dispatch.subscribe("bells", ["tests.Rung"], lambda event: heard.append(event.seq))
    for number in range(9):
        dispatch.subscribe(f"clocks-{number}", ["tests.Struck", "tests.Other"], lambda event: heard.append(-1))
    ring(uuid7())
    dispatch.drain()
    bell = uuid7()
    for _ in range(3):
        ring(bell)
    settle()
    with CaptureQueriesContext(connection) as sent:
        dispatch.drain()
    places = [query for query in sent if "UPDATE eventlog_subscription SET" in query["sql"]]
    assert len(places) == 1, "only who wants something takes a batch"
    last = Event.objects.order_by("xid", "id").values_list("xid", "id").last()
    assert {place(name) for name in dispatch._subscribers} == {last}
    assert heard == [1, 1, 2, 3]


def test_a_window_with_one_wanted_event_is_read_and_not_passed(only_mine: None) -> None:
    heard: list[UUID] = []
    dispatch.subscribe("clocks", ["tests.Struck"], lambda event: heard.append(event.primary_id))
    dispatch.drain()
    clocks = [uuid7() for _ in range(3)]
    for clock in clocks:
        for _ in range(dispatch.BATCH + 30):
            ring(uuid7())
        strike(clock)
    dispatch.drain()
    assert heard == clocks


def test_nobody_is_moved_past_what_a_running_transaction_may_still_write(only_mine: None) -> None:
    heard: list[UUID] = []
    dispatch.subscribe("clocks", ["tests.Struck"], lambda event: heard.append(event.primary_id))
    dispatch.drain()
    late, written, may_commit = uuid7(), threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            strike(late)
            written.set()
            may_commit.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(10)
    for _ in range(5):
        ring(uuid7())
        dispatch.run_all()
    may_commit.set()
    thread.join()
    dispatch.drain()
    assert heard == [late]


def test_who_has_something_parked_that_is_due_takes_a_batch(only_mine: None) -> None:
    def fails(event: Event) -> None:
        raise RuntimeError("not yet")

    dispatch.subscribe("bells", ["tests.Rung"], fails)
    ring(uuid7())
    dispatch.drain()
    Parked.objects.update(next_try_at=NOW)
    strike(uuid7())
    settle()
    types = {"bells": ["tests.Rung"]}
    assert move_on(types, real_now=NOW - timedelta(hours=1)) == (1, set()), "not due: only passed"
    strike(uuid7())
    settle()
    assert move_on(types, real_now=NOW) == (0, {"bells"})
    assert move_on({"nobody-yet": ["tests.Rung"]}, real_now=NOW) == (0, {"nobody-yet"})


def test_a_place_somebody_else_holds_is_left_to_them(only_mine: None) -> None:
    dispatch.subscribe("clocks", ["tests.Struck"], lambda event: None)
    dispatch.drain()
    ring(uuid7())
    settle()
    before = place("clocks")
    settings = connection.settings_dict
    with psycopg.connect(
        dbname=settings["NAME"],
        user=settings["USER"],
        password=settings["PASSWORD"],
        host=settings["HOST"],
        port=settings["PORT"],
    ) as other:
        other.execute("SELECT FROM eventlog_subscription WHERE name = 'clocks' FOR UPDATE")
        assert move_on({"clocks": ["tests.Struck"]}, real_now=NOW) == (0, set())
        assert place("clocks") == before
    dispatch.drain()
    assert place("clocks") > before


@pytest.mark.parametrize("seed", range(3))
def test_many_hands_hear_every_event_once_in_its_objects_order(only_mine: None, seed: int) -> None:
    chance = random.Random(seed)
    heard: list[tuple[str, UUID, int]] = []
    wanted: dict[str, set[Callable[..., None]]] = {"bells": {ring}, "clocks": {strike}, "both": {ring, strike}}
    for name, acts in wanted.items():
        types = [type_ for act, type_ in TYPES.items() if act in acts]
        dispatch.subscribe(name, types, partial(_hear, heard, name))
    things: dict[UUID, Callable[[UUID], None]] = {uuid7(): chance.choice(list(TYPES)) for _ in range(12)}
    stop = threading.Event()
    hands = [threading.Thread(target=_serve, args=(stop,)) for _ in range(3)]
    for hand in hands:
        hand.start()
    said = Counter(chance.choice(list(things)) for _ in range(400))
    for thing in chance.sample(list(said.elements()), 400):
        things[thing](thing)
    dispatch.drain()
    stop.set()
    for hand in hands:
        hand.join()
    for name, acts in wanted.items():
        for thing, count in said.items():
            seqs = [seq for who, primary, seq in heard if (who, primary) == (name, thing)]
            assert seqs == (list(range(1, count + 1)) if things[thing] in acts else []), name


def _hear(heard: list[tuple[str, UUID, int]], name: str, event: Event) -> None:
    heard.append((name, event.primary_id, event.seq))


def _serve(stop: threading.Event) -> None:
    while not stop.is_set():
        dispatch.run_all(real_now=datetime.now(UTC))
    connection.close()
