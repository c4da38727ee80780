"""Asking sources: to be told of a new parcel, and where those are of which nobody told us."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from procrastinate.contrib.django import app

from zhoudao.doors.tracking.port import Kind, Refused, kind_of
from zhoudao.ground.eventlog.models import Event
from zhoudao.kit.outgoing import NotAsked
from zhoudao.rooms.parcels.commands.reports import accept_report
from zhoudao.rooms.parcels.models import Parcel, TrackingSource
from zhoudao.rooms.parcels.queries.tracking import to_ask
from zhoudao.rooms.parcels.setups import asked_kinds

TYPES = ("parcels.ParcelHandedOver", "parcels.ParcelRenumbered")
FOLLOW_JOB = "tracking.follow"
EVERY = timedelta(hours=6)
_AT_ONCE = 60


def on_event(event: Event) -> None:
    """This will have the sources of a parcel's carrier asked to tell of it."""
    if event.attributes.get("is_history"):
        return
    if TrackingSource.objects.filter(is_active=True, kind__in=asked_kinds()).exists():
        app.configure_task(FOLLOW_JOB).defer(parcel_id=event.attributes["parcel_id"])


def follow(parcel_id: UUID) -> None:
    """This will ask the sources to tell of a parcel. What only failed for now is raised, to be tried again."""
    parcel = Parcel.objects.select_related("order").filter(id=parcel_id, delivered_at=None).first()
    if parcel is None or not parcel.tracking_number:
        return
    for source, kind in _sources(parcel.carrier):
        if kind.follow is None:
            continue
        try:
            kind.follow(source, parcel)
        except Refused as refusal:
            _trouble(source, refusal.code)
        except NotAsked as refusal:
            _trouble(source, refusal.code)
            raise
        else:
            _trouble(source, "")


def ask_all(*, now: Callable[[], datetime], real_now: datetime) -> int:
    """This will ask where parcels under way are, each every six hours at most; returns how many were asked about."""
    count = 0
    for source, kind in _sources(None):
        if kind.ask is None:
            continue
        for parcel in to_ask(source.carriers, before=real_now - EVERY, limit=_AT_ONCE):
            try:
                raw = kind.ask(source, parcel)
            except Refused as refusal:
                _trouble(source, refusal.code)
                if refusal.code == "not_trusted":
                    break
            except NotAsked as refusal:
                _trouble(source, refusal.code)
                break
            else:
                count += 1
                accept_report(source=source, key=f"asked-{hashlib.sha256(raw).hexdigest()}", raw=raw, at=now())
                _trouble(source, "")
            Parcel.objects.filter(id=parcel.id).update(asked_at=real_now)
    return count


def _sources(carrier: str | None) -> list[tuple[TrackingSource, Kind]]:
    rows = TrackingSource.objects.filter(is_active=True, kind__in=asked_kinds()).order_by("code")
    known = [(source, kind_of(source.kind)) for source in rows]
    return [
        (source, kind)
        for source, kind in known
        if kind is not None and (carrier is None or not source.carriers or carrier in source.carriers)
    ]


def _trouble(source: TrackingSource, code: str) -> None:
    if source.trouble != code:
        source.trouble = code
        source.save(update_fields=["trouble"])
