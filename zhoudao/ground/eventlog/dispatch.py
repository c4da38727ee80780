"""Handing events to subscribers: in batches, each object's in order, each event once.

The cursor is (transaction, id) and stops below the oldest running transaction, so no late commit is skipped.
An event whose handler fails is parked with those of its object behind it, tried six times, then dead.
"""

import logging
import threading
import time
import traceback
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.db import DatabaseError, connection, transaction

from zhoudao.ground.eventlog.listening import listening
from zhoudao.ground.eventlog.models import Event, Parked, Subscription
from zhoudao.ground.eventlog.reading import WINDOW, Found, Place, hold, is_behind, move_on, read_next, store_progress
from zhoudao.kit.frozen import frozen

BATCH = WINDOW
HOLD_SECONDS = 0.15  # pages wait for the rows a batch holds; a shorter one costs more for every event of a backlog
TRIES = 6
Handler = Callable[[Event], None]
Gather = Callable[[Sequence[Event]], Collection[UUID]]
_TOGETHER = 25
_log = logging.getLogger(__name__)
_subscribers: dict[str, "_Subscriber"] = {}
_reach: dict[str, int] = {}  # how many wanted events a subscriber's last batch did, with room to do better


@frozen
class _Subscriber:
    name: str
    types: tuple[str, ...]
    handle: Handler
    gather: Gather | None


def subscribe(name: str, types: Sequence[str], handle: Handler, *, gather: Gather | None = None) -> None:
    """This will have `handle` called once for every event of these types, in each object's order. `gather` sees the
    next few before, in the same transaction: it says which of them it has dealt with, having read once for all.
    """
    _subscribers[name] = _Subscriber(name, tuple(types), handle, gather)


def listeners(event_type: str) -> dict[str, Handler]:
    """Who wants events of this type, by name, in the order in which they subscribed."""
    return {each.name: each.handle for each in _subscribers.values() if event_type in each.types}


def run_batch(name: str, *, real_now: datetime) -> int:
    """This will hand the next events (at most about 100) to one subscriber; returns how many it got on by, at least.

    Zero when there are none, or when another process has this subscriber just now.
    """
    subscriber = _subscribers[name]
    with transaction.atomic():
        mine = _hold(name, real_now)
        if mine is None:
            return 0
        if mine.has_parked:
            _retry_parked(subscriber, real_now)
        found = read_next(mine, subscriber.types, most=_reach.get(name, BATCH))
        if found.border is None:
            return 0
        wanted = _in_order(found)
        handled = _handle_all(subscriber, wanted, found, real_now)
        _reach[name] = min(BATCH, 2 * max(len(handled), 5))
        store_progress(mine, [event.id for event in handled], _reached(mine, found, handled))
    return max(len(wanted), 1)


def run_forever(stop: threading.Event, *, beat: Callable[[], None] = lambda: None) -> None:
    """This will serve all subscribers until told to stop, woken by NOTIFY or each second."""
    while not stop.is_set():
        try:
            with listening() as ears:
                _serve(ears, stop, beat)
        except (psycopg.OperationalError, DatabaseError):
            _log.warning("The database is away; trying again.")
            connection.close()
            stop.wait(0.5)


def _serve(ears: psycopg.Connection[Any], stop: threading.Event, beat: Callable[[], None]) -> None:
    while not stop.is_set():
        beat()
        if not run_all():
            for _ in ears.notifies(timeout=1.0, stop_after=1):
                pass


def run_all(*, real_now: datetime | None = None) -> int:
    """This will give whoever has something to read one batch; returns by how much they got on, zero if none did."""
    moment = real_now or datetime.now(UTC)  # retries are spaced in real time, whatever the demo's clock shows
    moved, asked = move_on({name: mine.types for name, mine in _subscribers.items()}, real_now=moment)
    return moved + sum(run_batch(name, real_now=moment) for name in list(_subscribers) if name in asked)


def drain(*, within_seconds: float = 30.0) -> None:
    """This will run batches until nothing is left (tests, replay's end), waiting out others' running transactions."""
    until = time.monotonic() + within_seconds
    while time.monotonic() < until:
        if not run_all():
            if not is_behind(list(_subscribers)):
                return
            time.sleep(0.01)


def replay_parked(parked_id: UUID, *, real_now: datetime) -> None:
    """This will try a dead event of a subscriber again at its next turn."""
    Parked.objects.filter(id=parked_id).update(dead_at=None, attempts=0, next_try_at=real_now)


def _hold(name: str, real_now: datetime) -> Place | None:
    mine = hold(name, real_now=real_now)
    if mine is None and Subscription.objects.get_or_create(name=name)[1]:
        mine = hold(name, real_now=real_now)
    return mine


def _in_order(found: Found) -> list[Event]:
    """The events in an order that keeps every object's `seq`: transactions of one object may commit crosswise."""
    queues: dict[UUID, list[Event]] = {}
    for event in sorted([*found.fresh, *found.early], key=lambda e: e.seq):
        queues.setdefault(event.primary_id, []).append(event)
    ordered = [queues[event.primary_id].pop(0) for event in found.fresh]
    return ordered + [event for queue in queues.values() for event in queue]


def _reached(mine: Place, found: Found, handled: list[Event]) -> tuple[int, UUID | None]:
    """Where the cursor stands after this: before the first event that is not done, wherever in the batch it came."""
    done = found.done | {event.id for event in handled}
    reached = mine.cursor_xid, mine.cursor_id
    for event in found.fresh:
        if event.id not in done:
            return reached
        reached = event.xid, event.id
    return found.border or reached


def _handle_all(subscriber: _Subscriber, wanted: list[Event], found: Found, real_now: datetime) -> list[Event]:
    """This will handle as many events as fit into one short transaction; returns those."""
    fresh = [event for event in wanted if event.id not in found.done]
    if not any(event.primary_id in found.blocked for event in fresh):
        handled = _try_together(subscriber, fresh)
        if handled is not None:
            return handled
    return _one_by_one(subscriber, fresh, found.blocked, real_now)


def _try_together(subscriber: _Subscriber, events: list[Event]) -> list[Event] | None:
    """All in one savepoint; None when one of them failed, and nothing has happened then."""
    if not events:
        return []
    until = time.monotonic() + HOLD_SECONDS
    handled: list[Event] = []
    dealt_with: Collection[UUID] = ()
    try:
        with transaction.atomic():
            for place, event in enumerate(events):
                begins = subscriber.gather is None or place % _TOGETHER == 0  # what was gathered is finished
                if handled and begins and time.monotonic() > until:
                    break
                if subscriber.gather and begins:
                    dealt_with = subscriber.gather(events[place : place + _TOGETHER])
                if event.id not in dealt_with:
                    subscriber.handle(event)
                handled.append(event)
    except Exception:
        _log.info("%s: one of %s events failed, now each alone", subscriber.name, len(events), exc_info=True)
        return None
    return handled


def _one_by_one(subscriber: _Subscriber, events: list[Event], blocked: set[UUID], real_now: datetime) -> list[Event]:
    """Each in a savepoint of its own: what fails is parked, with those of its object behind it."""
    handled: list[Event] = []
    until = time.monotonic() + HOLD_SECONDS
    for event in events:
        if handled and time.monotonic() > until:
            break
        if event.primary_id in blocked:
            _park(subscriber, event, "", 0, real_now)
        elif (error := _try(subscriber, event)) is not None:
            _park(subscriber, event, error, 1, real_now)
            blocked.add(event.primary_id)
        handled.append(event)
    return handled


def _try(subscriber: _Subscriber, event: Event) -> str | None:
    try:
        with transaction.atomic():
            subscriber.handle(event)
    except Exception:
        _log.exception("%s failed on %s %s", subscriber.name, event.type, event.id)
        return traceback.format_exc(limit=-6)[-4000:]
    return None


def _park(subscriber: _Subscriber, event: Event, error: str, attempts: int, real_now: datetime) -> None:
    Parked.objects.create(
        subscriber=subscriber.name,
        event=event,
        primary_id=event.primary_id,
        seq=event.seq,
        attempts=attempts,
        error=error,
        next_try_at=real_now + timedelta(seconds=2),
    )


def _retry_parked(subscriber: _Subscriber, real_now: datetime) -> None:
    due = Parked.objects.filter(subscriber=subscriber.name, dead_at=None, next_try_at__lte=real_now)
    stuck: set[UUID] = set()
    for parked in due.select_related("event").order_by("primary_id", "seq")[:BATCH]:
        if parked.primary_id in stuck or _waits_behind(parked):
            continue
        error = _try(subscriber, parked.event)
        if error is None:
            parked.delete()
            continue
        stuck.add(parked.primary_id)
        parked.attempts += 1
        parked.error = error
        parked.next_try_at = real_now + timedelta(seconds=min(5 * 4**parked.attempts, 3600))
        parked.dead_at = real_now if parked.attempts >= TRIES else None
        parked.save()


def _waits_behind(parked: Parked) -> bool:
    return Parked.objects.filter(
        subscriber=parked.subscriber, primary_id=parked.primary_id, seq__lt=parked.seq, dead_at=None
    ).exists()
