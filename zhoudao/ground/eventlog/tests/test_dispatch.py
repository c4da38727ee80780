"""Events reach their subscribers once each, every object's in order, whatever fails or commits late."""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.models import Event, Parked
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.ids import uuid7

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Rung(Fact):
    """A bell rang."""

    name = "tests.Rung"
    words = "A bell rang"
    count: int


@pytest.fixture
def only_mine() -> Iterator[None]:
    known = dict(dispatch._subscribers)
    dispatch._subscribers.clear()
    yield
    dispatch._subscribers.clear()
    dispatch._subscribers.update(known)


@pytest.fixture
def heard(only_mine: None) -> list[tuple[UUID, int]]:
    calls: list[tuple[UUID, int]] = []
    dispatch.subscribe("bells", ["tests.Rung"], lambda event: calls.append((event.primary_id, event.seq)))
    return calls


def ring(bell: UUID, count: int = 1) -> None:
    record(Rung(count), at=NOW, by=By("system:test"), about=[About("bell", bell)])


def test_each_event_is_heard_once_in_order(heard: list[tuple[UUID, int]]) -> None:
    bell = uuid7()
    for count in range(250):
        ring(bell, count)
    dispatch.drain()
    dispatch.drain()
    assert heard == [(bell, seq) for seq in range(1, 251)]


def test_what_a_subscriber_reads_next_is_not_planned_anew_each_time(heard: list[tuple[UUID, int]]) -> None:
    for _ in range(15):
        ring(uuid7())
        dispatch.drain()
    assert len(heard) == 15
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT generic_plans, custom_plans FROM pg_prepared_statements
            WHERE statement LIKE '%window_ AS MATERIALIZED%' OR statement LIKE '%ahead AS MATERIALIZED%'
        """)
        kept = [(for_all, anew) for for_all, anew in cursor.fetchall() if for_all + anew >= 7]
    assert len(kept) == 2
    assert all(anew <= 5 for _, anew in kept), kept


def test_a_late_commit_is_not_skipped(heard: list[tuple[UUID, int]]) -> None:
    early, late = uuid7(), uuid7()
    begun, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            ring(late)
            begun.set()
            may_end.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    begun.wait(10)
    ring(early)
    dispatch.run_all()
    assert heard == []  # nothing beyond the oldest running transaction is read
    may_end.set()
    thread.join()
    dispatch.drain()
    assert sorted(heard) == sorted([(late, 1), (early, 1)])


def test_transactions_of_one_object_that_commit_crosswise_keep_its_order(heard: list[tuple[UUID, int]]) -> None:
    bell, other = uuid7(), uuid7()
    begun, may_go_on = threading.Event(), threading.Event()

    def has_the_lower_transaction_id() -> None:
        with transaction.atomic():
            ring(other)
            begun.set()
            may_go_on.wait(10)
            ring(bell)
        connection.close()

    thread = threading.Thread(target=has_the_lower_transaction_id)
    thread.start()
    begun.wait(10)
    ring(bell)
    may_go_on.set()
    thread.join()
    dispatch.drain()
    assert [call for call in heard if call[0] == bell] == [(bell, 1), (bell, 2)]


def test_crosswise_order_holds_while_a_transaction_between_them_runs(heard: list[tuple[UUID, int]]) -> None:
    bell, other, between = uuid7(), uuid7(), uuid7()
    steps = {name: threading.Event() for name in ("lowest", "between", "ring", "end")}

    def lowest_that_rings_second() -> None:
        with transaction.atomic():
            ring(other)
            steps["lowest"].set()
            steps["ring"].wait(10)
            ring(bell)
        connection.close()

    def between_that_still_runs() -> None:
        with transaction.atomic():
            ring(between)
            steps["between"].set()
            steps["end"].wait(10)
        connection.close()

    second = threading.Thread(target=lowest_that_rings_second)
    second.start()
    steps["lowest"].wait(10)
    running = threading.Thread(target=between_that_still_runs)
    running.start()
    steps["between"].wait(10)
    ring(bell)  # the first of its object, but the last of the three transactions
    steps["ring"].set()
    second.join()
    until = time.monotonic() + 10
    while (bell, 2) not in heard and time.monotonic() < until:  # other databases' transactions may delay it
        dispatch.run_all()
    early = [call for call in heard if call[0] == bell]
    steps["end"].set()
    running.join()
    dispatch.drain()
    assert early == [(bell, 1), (bell, 2)]
    assert sorted(heard) == sorted([(other, 1), (bell, 1), (bell, 2), (between, 1)])


def test_a_batch_that_runs_out_of_time_goes_on_where_it_was(
    heard: list[tuple[UUID, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "HOLD_SECONDS", -1.0)  # every batch has time for one event
    bells = [uuid7() for _ in range(3)]
    with transaction.atomic():
        for bell in bells:
            ring(bell)
    for bell in bells:
        ring(bell)
    dispatch.drain()
    assert sorted(heard) == sorted((bell, seq) for bell in bells for seq in (1, 2))


def test_what_was_gathered_is_not_dealt_with_again_when_time_runs_out(
    only_mine: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "HOLD_SECONDS", 0.0)
    together: list[int] = []
    alone: list[int] = []

    def gather(events: Sequence[Event]) -> list[UUID]:
        odd = [event for event in events if event.attributes["count"] % 2]
        together.extend(event.attributes["count"] for event in odd)
        return [event.id for event in odd]

    dispatch.subscribe("bells", ["tests.Rung"], lambda e: alone.append(e.attributes["count"]), gather=gather)
    bell = uuid7()
    for count in range(60):
        ring(bell, count)
    dispatch.drain()
    assert together == list(range(1, 60, 2))
    assert alone == list(range(0, 60, 2))


def test_a_failing_event_parks_its_object_only_and_dies_after_six_tries(only_mine: None) -> None:
    sick, well = uuid7(), uuid7()
    heard: list[tuple[UUID, int]] = []

    def handle(event: Event) -> None:
        if event.primary_id == sick and event.attributes["count"] == 13:
            raise RuntimeError("unlucky")
        heard.append((event.primary_id, event.seq))

    dispatch.subscribe("bells", ["tests.Rung"], handle)
    ring(sick, 13)
    ring(sick, 14)
    ring(well)
    dispatch.drain()
    assert heard == [(well, 1)]
    real = datetime.now(UTC)
    for _ in range(dispatch.TRIES):
        real += timedelta(hours=2)
        dispatch.run_all(real_now=real)
    dead = Parked.objects.get(seq=1)
    assert dead.dead_at is not None
    assert "unlucky" in dead.error
    dispatch.run_all(real_now=real + timedelta(hours=2))
    assert heard == [(well, 1), (sick, 2)]


def test_a_dead_event_can_be_replayed(only_mine: None) -> None:
    broken = True
    heard: list[int] = []

    def handle(event: Event) -> None:
        if broken:
            raise RuntimeError("not yet")
        heard.append(event.seq)

    dispatch.subscribe("bells", ["tests.Rung"], handle)
    ring(uuid7())
    dispatch.drain()  # waits out the transactions of tests beside this one
    real = datetime.now(UTC)
    for _ in range(dispatch.TRIES):
        real += timedelta(hours=2)
        dispatch.run_all(real_now=real)
    parked = Parked.objects.get()
    assert parked.dead_at is not None
    broken = False
    dispatch.replay_parked(parked.id, real_now=real)
    dispatch.run_all(real_now=real)
    assert heard == [1]
    assert not Parked.objects.exists()


def test_what_a_failing_handler_did_is_undone(only_mine: None) -> None:
    bell, echo = uuid7(), uuid7()

    def handle(event: Event) -> None:
        ring(echo)
        raise RuntimeError("after the change")

    dispatch.subscribe("bells", ["tests.Rung"], lambda event: handle(event) if event.primary_id == bell else None)
    ring(bell)
    dispatch.drain()
    assert not Event.objects.filter(primary_id=echo).exists()


@pytest.mark.parametrize("statement", ["UPDATE eventlog_event SET actor = 'me'", "DELETE FROM eventlog_event"])
def test_history_cannot_be_changed(statement: str) -> None:
    ring(uuid7())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_timeline_reads_no_list_of_entries_that_wait_to_be_sorted_in() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = 'event_objects'")
        row = cursor.fetchone()
    assert row == (["fastupdate=off"],)
