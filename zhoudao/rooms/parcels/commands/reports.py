"""Keeping what a source sent, and reading it: raw first, then understood, in turns of their own."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from zhoudao.ground.vault import box
from zhoudao.kit.text import clip
from zhoudao.rooms.parcels.commands.tracking import note_told
from zhoudao.rooms.parcels.models import TrackingReport, TrackingSource
from zhoudao.rooms.parcels.told import Told, Unread

READ_JOB = "tracking.read_reports"
KEPT = timedelta(days=30)  # how long a report is kept after it was read
Read = Callable[[bytes], Iterable[Told]]
_MOST_TRIES, _AT_ONCE = 6, 200
_log = logging.getLogger(__name__)
_KEEP = """
    INSERT INTO parcels_trackingreport (id, source_id, key, raw_sealed, status, detail, attempts, tracking_number,
                                        received_at)
    VALUES (%s, %s, %s, %s, 'new', '', 0, '', %s) ON CONFLICT (source_id, key) DO NOTHING
"""


@transaction.atomic
def accept_report(*, source: TrackingSource, key: str, raw: bytes, at: datetime) -> bool:
    """This will keep what a source sent and have it read; the caller's commit is the acknowledgement. Returns whether
    it is new: the same key again is the same report.
    """
    made = TrackingReport(source=source, key=key)
    sealed = box.seal(source_key(source), raw, place=_place(made.id))
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [made.id, source.id, key, sealed, at])
        is_new = bool(cursor.rowcount)
    if is_new:
        wake_reader()
    return is_new


def wake_reader() -> None:
    """This will have somebody read what is new, once for all that comes until then."""
    try:
        with transaction.atomic():
            app.configure_task(READ_JOB, queueing_lock=READ_JOB).defer()
    except AlreadyEnqueued:
        return


def read_reports(readers: dict[str, Read], *, now: Callable[[], datetime]) -> int:
    """This will read all that is new, each in a transaction of its own; returns how many were read. What fails is
    tried again at later turns, six times, and keeps nobody behind it waiting.
    """
    count, after = 0, UUID(int=0)
    while some := list(TrackingReport.objects.filter(status="new", id__gt=after).order_by("id")[:_AT_ONCE]):
        for report in some:
            count += _read(report.id, readers, now())
        after = some[-1].id
    return count


def unread_since(moment: datetime) -> bool:
    """Whether something waits to be read that came before this: whoever should have read it was killed."""
    return TrackingReport.objects.filter(status="new", received_at__lte=moment).exists()


@transaction.atomic
def read_again(report_id: UUID) -> None:
    """This will have a report that could not be read tried again."""
    if TrackingReport.objects.filter(id=report_id, status="failed").update(status="new", attempts=0, detail=""):
        wake_reader()


def forget_reports(*, at: datetime) -> None:
    """This will drop reports that were read a month ago, and what was said of numbers that never became ours."""
    TrackingReport.objects.filter(status="read", received_at__lt=at - KEPT).delete()
    TrackingReport.objects.filter(status="failed", received_at__lt=at - 3 * KEPT).delete()


def source_key(source: TrackingSource) -> UUID:
    """The data key of what a source sends, and of its secrets."""
    return box.key_of(source.id)


def raw_of(report: TrackingReport) -> bytes:
    """What arrived."""
    return box.open_bytes(report.raw_sealed, place=_place(report.id))


def _read(report_id: UUID, readers: dict[str, Read], at: datetime) -> int:
    try:
        with transaction.atomic():
            rows = TrackingReport.objects.select_for_update(skip_locked=True, of=("self",)).select_related("source")
            report = rows.filter(id=report_id, status="new").first()
            if report is None:
                return 0
            _understand(report, readers[report.source.kind], at)
    except Unread as refusal:
        _fail(report_id, str(refusal))
    except Exception as error:
        _log.exception("report %s could not be read", report_id)
        _fail_for_now(report_id, type(error).__name__)
    else:
        return 1
    return 0


def _understand(report: TrackingReport, read: Read, at: datetime) -> None:
    wanted = list(read(raw_of(report)))
    for told in sorted(wanted, key=lambda one: (one.carrier, one.tracking_number)):
        note_told(told=told, source=report.source.code, at=at)
    changes: dict[str, Any] = {"status": "read", "detail": ""}
    if len(wanted) == 1:
        changes["tracking_number"] = wanted[0].tracking_number
    TrackingReport.objects.filter(id=report.id).update(**changes)


def _fail(report_id: UUID, why: str) -> None:
    TrackingReport.objects.filter(id=report_id).update(status="failed", detail=clip(why, 280))


def _fail_for_now(report_id: UUID, why: str) -> None:
    report = TrackingReport.objects.get(id=report_id)
    report.attempts += 1
    report.status = "failed" if report.attempts >= _MOST_TRIES else "new"
    report.detail = why
    report.save(update_fields=["attempts", "status", "detail"])


def _place(report_id: UUID) -> str:
    return f"tracking.report.{report_id}"
