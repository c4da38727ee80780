"""Reports: asked for by people, made by a job of the analyst, kept sealed, deleted whole."""

import json
import zlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from zhoudao.conduct.insight.events import ReportAsked, ReportDeleted
from zhoudao.conduct.insight.models import WAITED_FOR, KeyNodeStudy, Report, Source
from zhoudao.engines.bpmn.parse import parse
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.files.models import StoredFile
from zhoudao.ground.files.store import discard, erase, keep, read
from zhoudao.ground.vault import box

JOB, QUEUE = "desk.make_report", "analyst"
OBJECTS = ("case", "order", "return", "repair")
KEPT = timedelta(days=400)  # a year can be compared with the one before
_PATIENCE = timedelta(minutes=30)
_LONGEST = timedelta(days=5 * 366)


class Period(NamedTuple):
    """From `since` until before `until`, as the people of `zone` live it."""

    since: datetime
    until: datetime
    zone: str


class LogKept(NamedTuple):
    """How much a report's log holds, and the files that hold it."""

    cases: int
    events: int
    files: list[str]


class PeriodUnsound(Exception):
    """A period begins before it ends, and is no longer than five years."""


class ReportNotFound(Exception):
    """There is no such report."""


@transaction.atomic
def ask_report(
    *, period: Period, name: str, object_type: str, is_whole: bool = False, viewer: Viewer, at: datetime
) -> Report:
    """This will have our own events looked at: whatever of `object_type` began in the period.

    Raises: PeriodUnsound
    """
    if not period.since < period.until <= period.since + _LONGEST:
        raise PeriodUnsound(PeriodUnsound.__doc__)
    report = Report(name=name, source=Source.OWN, object_type=object_type, is_whole=is_whole, **period._asdict())
    return _asked(report, viewer, at)


@transaction.atomic
def ask_report_of_file(*, name: str, content: bytes, zone: str, viewer: Viewer, at: datetime) -> Report:
    """This will have a log from elsewhere looked at. Raises: FileTooLarge, FileEmpty"""
    report = Report(name=name, source=Source.FILE, zone=zone)
    report.upload = keep(content, subject_id=report.id, key_id=box.key_of(report.id))
    return _asked(report, viewer, at)


@transaction.atomic
def ask_report_of_log(
    *, name: str, zone: str, mapping: dict[str, Any], keep: Callable[[Report], LogKept], viewer: Viewer, at: datetime
) -> Report:
    """This will have a log looked at that was read already, from a file of any size; `keep` keeps it for the report."""
    report = Report(name=name, source=Source.FILE, zone=zone, mapping=mapping)
    report.kept = keep(report).files
    return _asked(report, viewer, at)


def _asked(report: Report, viewer: Viewer, at: datetime) -> Report:
    assert viewer.user_id is not None  # it was signed in to
    report.asked_by_id, report.asked_at = viewer.user_id, at
    report.save(force_insert=True)
    record(
        ReportAsked(report.source, report.object_type), about=[About("report", report.id)],
        by=By(f"user:{viewer.user_id}"), at=at,
    )  # fmt: skip
    transaction.on_commit(lambda: app.configure_task(JOB, queue=QUEUE).defer(report_id=str(report.id)))
    return report


@transaction.atomic
def ask_again(
    *,
    report_id: UUID,
    mapping: dict[str, Any] | None = None,
    zone: str = "",
    hourly: dict[str, str] | None = None,
    at: datetime,
) -> Report:
    """This will have it made anew, with another mapping, zone or cost of hours if they are given. One that is being
    made is left alone, unless it has been for half an hour.

    Raises: ReportNotFound
    """
    report = Report.objects.select_for_update().filter(id=report_id).first()
    if report is None:
        raise ReportNotFound(ReportNotFound.__doc__)
    if report.is_waited_for and at - report.asked_at < _PATIENCE:
        return report
    report.mapping = report.mapping if mapping is None else mapping
    report.zone = zone or report.zone
    report.hourly = report.hourly if hourly is None else hourly
    report.state, report.percent, report.fault, report.asked_at = "asked", 0, "", at
    report.save()
    transaction.on_commit(lambda: app.configure_task(JOB, queue=QUEUE).defer(report_id=str(report.id)))
    return report


@transaction.atomic
def compare_report(*, report_id: UUID, source: bytes, name: str, at: datetime) -> Report:
    """This will have it made anew beside a flow, a .bpmn file; empty: beside none any more.

    Raises: ReportNotFound, FlowRefused (what cannot be read as a flow), FileTooLarge
    """
    if source:
        parse(source)
    report = Report.objects.select_for_update().filter(id=report_id).first()
    if report is None:
        raise ReportNotFound(ReportNotFound.__doc__)
    before = report.flow
    report.flow = keep(source, subject_id=report.id, key_id=box.key_of(report.id)) if source else None
    report.flow_name = name[:120] if source else ""
    report.save(update_fields=["flow", "flow_name"])
    if before is not None and before != report.flow:
        discard(before)
    return ask_again(report_id=report_id, at=at)


@transaction.atomic
def delete_report(*, report_id: UUID, viewer: Viewer, at: datetime) -> None:
    """This will delete a report with everything read for it. Raises: ReportNotFound"""
    report = Report.objects.select_for_update().filter(id=report_id).first()
    if report is None:
        raise ReportNotFound(ReportNotFound.__doc__)
    _delete(report, By(f"user:{viewer.user_id}"), at)


def _delete(report: Report, by: By, at: datetime) -> None:
    record(ReportDeleted(report.source), about=[About("report", report.id)], by=by, at=at)
    report_id = report.id
    report.delete()
    erase(report_id)


def forget_reports(*, at: datetime, limit: int = 20) -> int:
    """This will delete reports nobody had made or made anew for longer than `KEPT`, some at a time, with everything
    read for them; returns how many went.
    """
    ids = list(Report.objects.filter(asked_at__lt=at - KEPT).order_by("asked_at").values_list("id", flat=True)[:limit])
    for report_id in ids:
        with transaction.atomic():
            report = Report.objects.select_for_update().filter(id=report_id, asked_at__lt=at - KEPT).first()
            if report is not None:
                _delete(report, By("system:insight"), at)
    return len(ids)


def begin_report(report_id: UUID) -> Report | None:
    """The report as the job finds it; nothing when it is gone or made."""
    report = Report.objects.select_related("upload", "flow", "body").filter(id=report_id).first()
    if report is None or not report.is_waited_for:
        return None
    note_progress(report, 10)
    return report


def note_progress(report: Report, percent: int) -> None:
    """This will say how far it is."""
    Report.objects.filter(id=report.id).update(state="making", percent=percent)


def fail_report(report: Report, fault: str) -> None:
    """This will say why there is none."""
    Report.objects.filter(id=report.id).update(state="failed", percent=0, fault=fault)


def keep_pieces(report: Report, pieces: Iterable[bytes]) -> list[str]:
    """This will keep the log of a report as it was packed; returns the names of its files."""
    key_id = box.key_of(report.id)
    return [str(keep(piece, subject_id=report.id, key_id=key_id).id) for piece in pieces]


@transaction.atomic
def finish_report(report: Report, body: dict[str, Any], *, log: LogKept, at: datetime) -> None:
    """This will keep what was found, sealed, in place of what was found and kept before. Key nodes that were found in
    what was kept before are no longer its own and go; goals set on them stay.
    """
    content = zlib.compress(json.dumps(body, ensure_ascii=False).encode(), 6)
    file = keep(content, subject_id=report.id, key_id=box.key_of(report.id))
    now = Report.objects.select_for_update().filter(id=report.id).first()
    if now is None:  # deleted while it was made
        erase(report.id)
        return
    Report.objects.filter(id=report.id).update(
        body=file, state="done", percent=100, fault="", cases=log.cases, events=log.events, made_at=at,
        mapping=report.mapping, kept=log.files,
    )  # fmt: skip
    KeyNodeStudy.objects.filter(report=report.id).exclude(state__in=WAITED_FOR).delete()
    held = [file.id, now.upload_id, now.flow_id, *log.files]
    for old in StoredFile.objects.filter(subject_id=report.id).exclude(id__in=[each for each in held if each]):
        discard(old)


def body_of(report: Report) -> dict[str, Any]:
    """What `finish_report` kept. Raises: Unreadable"""
    assert report.body is not None  # of a report that is done
    found: dict[str, Any] = json.loads(zlib.decompress(read(report.body)))
    return found
