"""Handing events to subscribers: in batches, each object's in order, each event once.

The cursor is (transaction, id) and stops below the oldest running transaction, so no late commit is skipped.
An event whose handler fails is parked with those of its object behind it, tried six times, then dead.
"""

import logging
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any
from uuid import UUID

import psycopg
from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from zhoudao.ground.eventlog.listening import listening
from zhoudao.ground.eventlog.models import Event, Handled, Parked, Subscription

BATCH = 100
HOLD_SECONDS = 0.05  # pages wait for the rows a batch holds
TRIES = 6
Handler = Callable[[Event], None]
_log = logging.getLogger(__name__)
_subscribers: dict[str, "_Subscriber"] = {}
_reach: dict[str, int] = {}  # how many events a subscriber's last batch got behind it, with room to do better


@dataclass(frozen=True)
class _Subscriber:
    name: str
    types: frozenset[str]
    handle: Handler


def subscribe(name: str, types: Sequence[str], handle: Handler) -> None:
    """This will have `handle` called once for every event of these types, in each object's order."""
    _subscribers[name] = _Subscriber(name, frozenset(types), handle)


def run_batch(name: str, *, real_now: datetime) -> int:
    """This will hand the next events (at most about 100) to one subscriber; returns how many it looked at.

    Zero when there are none, or when another process has this subscriber just now.
    """
    subscriber = _subscribers[name]
    with transaction.atomic():
        mine = _hold(name)
        if mine is None:
            return 0
        _retry_parked(subscriber, real_now)
        events = _next_events(mine, _reach.get(name, BATCH))
        if events:
            behind = _handle_all(subscriber, events, real_now)
            _reach[name] = min(BATCH, 2 * max(len(behind), 5))
            if behind:
                mine.cursor_xid, mine.cursor_id = behind[-1].xid, behind[-1].id
                mine.save(update_fields=["cursor_xid", "cursor_id"])
    return len(events)


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
    """This will give every subscriber one batch; returns how many events were looked at."""
    moment = real_now or datetime.now(UTC)  # retries are spaced in real time, whatever the demo's clock shows
    return sum(run_batch(name, real_now=moment) for name in list(_subscribers))


def drain(*, within_seconds: float = 30.0) -> None:
    """This will run batches until nothing is left (tests, replay's end), waiting out others' running transactions."""
    until = time.monotonic() + within_seconds
    while time.monotonic() < until:
        if not run_all():
            if not _is_behind():
                return
            time.sleep(0.01)


def replay_parked(parked_id: UUID, *, real_now: datetime) -> None:
    """This will try a dead event of a subscriber again at its next turn."""
    Parked.objects.filter(id=parked_id).update(dead_at=None, attempts=0, next_try_at=real_now)


def _hold(name: str) -> Subscription | None:
    free = Subscription.objects.select_for_update(skip_locked=True).filter(name=name)
    mine = free.first()
    if mine is None and Subscription.objects.get_or_create(name=name)[1]:
        mine = free.first()
    return mine


def _is_behind() -> bool:
    """Whether an event, but for our own open transaction's, is unread; other databases' work delays it too."""
    theirs = Event.objects.extra(where=["xid IS DISTINCT FROM pg_current_xact_id_if_assigned()::text::bigint"])
    return any(theirs.filter(_after(mine)).exists() for mine in Subscription.objects.filter(name__in=_subscribers))


def _after(mine: Subscription) -> Q:
    after = Q(xid__gt=mine.cursor_xid)
    if mine.cursor_id is not None:
        after |= Q(xid=mine.cursor_xid, id__gt=mine.cursor_id)
    return after


def _next_events(mine: Subscription, most: int) -> list[Event]:
    below = Event.objects.extra(where=["xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"])
    return list(below.filter(_after(mine)).order_by("xid", "id")[:most])


def _handle_all(subscriber: _Subscriber, events: list[Event], real_now: datetime) -> list[Event]:
    """This will handle as many events as fit into one short transaction; returns those that are behind us.

    None of them when only events were handled that an earlier one of another object has yet to join: they are not
    handled again.
    """
    wanted = _with_earlier(subscriber, [event for event in events if event.type in subscriber.types])
    done = _done(subscriber, wanted)
    blocked = _blocked(subscriber, wanted)
    handled: list[Handled] = []
    until = time.monotonic() + HOLD_SECONDS
    for event in wanted:
        if event.id in done:
            continue
        if handled and time.monotonic() > until:
            break
        if event.primary_id in blocked:
            _park(subscriber, event, "", 0, real_now)
        elif (error := _try(subscriber, event)) is not None:
            _park(subscriber, event, error, 1, real_now)
            blocked.add(event.primary_id)
        done.add(event.id)
        handled.append(Handled(subscriber=subscriber.name, event_id=event.id))
    Handled.objects.bulk_create(handled, ignore_conflicts=True)
    return list(takewhile(lambda event: event.id in done or event.type not in subscriber.types, events))


def _done(subscriber: _Subscriber, events: list[Event]) -> set[UUID]:
    rows = Handled.objects.filter(subscriber=subscriber.name, event_id__in=[event.id for event in events])
    return set(rows.values_list("event_id", flat=True)) if events else set()


def _blocked(subscriber: _Subscriber, events: list[Event]) -> set[UUID]:
    objects = {event.primary_id for event in events}
    rows = Parked.objects.filter(subscriber=subscriber.name, primary_id__in=objects, dead_at=None)
    return set(rows.values_list("primary_id", flat=True)) if events else set()


def _with_earlier(subscriber: _Subscriber, events: list[Event]) -> list[Event]:
    """The batch in an order that keeps every object's `seq`: transactions of one object may commit crosswise."""
    if not events:
        return []
    latest: dict[UUID, int] = {}
    for event in events:
        latest[event.primary_id] = max(latest.get(event.primary_id, 0), event.seq)
    known = {event.id for event in events}
    floor = min(event.xid for event in events)
    later = (
        Event.objects.filter(primary_id__in=latest, xid__gte=floor, type__in=subscriber.types)
        .exclude(id__in=known)
        .extra(where=["xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"])
        .order_by("xid", "id")[: BATCH * 5]
    )
    extra = [e for e in later if e.seq < latest[e.primary_id]]
    queues: dict[UUID, list[Event]] = {}
    for event in sorted([*events, *extra], key=lambda e: e.seq):
        queues.setdefault(event.primary_id, []).append(event)
    ordered = [queues[event.primary_id].pop(0) for event in events]
    return ordered + [event for queue in queues.values() for event in queue]


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
