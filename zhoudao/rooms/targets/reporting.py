"""Periodic reports: wanted, made once for each place and period, told to whoever wants them, printed."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from procrastinate.contrib.django import app

from zhoudao.engines.targets import baseline, mean
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.files.store import keep
from zhoudao.ground.installation import clock
from zhoudao.ground.metrics.definitions import daily_metrics
from zhoudao.ground.vault import box
from zhoudao.ground.vault.models import DataKey
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.targets.history import days_of, may_see
from zhoudao.rooms.targets.improving import people
from zhoudao.rooms.targets.models import Every, Paper, Report, Shortfall, Subscription, Target
from zhoudao.rooms.targets.refusals import FigureUnknown
from zhoudao.rooms.targets.telling import tell_report

JOB, QUEUE = "figures.print_report", "analyst"
_AT = time(8)  # of the place's day after the period
_PATIENCE, _BASE = timedelta(minutes=10), timedelta(days=28)


@frozen
class Due:
    """A report that is to be made."""

    every: str
    store_id: UUID | None
    first: date
    last: date


def period_before(every: str, today: date) -> tuple[date, date]:
    """The last whole week (Monday to Sunday) or month before a day."""
    if every == Every.WEEK:
        monday = today - timedelta(days=today.weekday())
        return monday - timedelta(days=7), monday - timedelta(days=1)
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def subscribe(*, viewer: Viewer, every: str, store_id: UUID | None, is_wanted: bool, at: datetime) -> None:
    """This will have somebody get the reports of a place, or no longer; safe to repeat. The next one is the first.

    Raises: FigureUnknown (the place is not theirs, or there is no such period)
    """
    is_theirs = viewer.user_id is not None and may_see(viewer.within("metrics:read"), store_id)
    if not is_theirs or every not in Every.values:
        raise FigureUnknown
    which = {"user_id": viewer.user_id, "every": every, "store_id": store_id}
    if is_wanted:
        Subscription.objects.get_or_create(**which, defaults={"begun_at": at})
    else:
        Subscription.objects.filter(**which).delete()


def reports_due(at: datetime) -> Iterator[Due]:
    """The newest period of each place somebody wants, from eight in the morning after it, unless it is made: whoever
    stood still for three weeks gets one report, the latest.
    """
    wanted = Subscription.objects.values_list("every", "store_id", "store__zone").distinct()
    for every, store_id, zone in wanted.order_by("every", "store_id"):
        now = at.astimezone(ZoneInfo(zone) if zone else clock.zone())
        first, last = period_before(every, now.date())
        is_time = now >= datetime.combine(last + timedelta(days=1), _AT, now.tzinfo)
        is_made = Report.objects.filter(every=every, store_id=store_id, last_date=last).exists()
        if is_time and not is_made:
            yield Due(every, store_id, first, last)


@transaction.atomic
def make_report(due: Due, *, causes: list[dict[str, Any]], at: datetime) -> Report:
    """This will keep the report, and tell whoever wants it and still reads these figures; made already, it is that."""
    content = {**_content(due), "causes": causes}
    named = {"first_date": due.first, "content": content, "made_at": at}
    which: dict[str, Any] = {"every": due.every, "store_id": due.store_id}
    report, is_new = Report.objects.get_or_create(**which, last_date=due.last, defaults=named)
    if is_new:
        wanted = Subscription.objects.filter(**which)
        readers = {user.id for user in people(due.store_id)}
        tell_report(report, readers & set(wanted.values_list("user_id", flat=True)), at=at)
    return report


def _content(due: Due) -> dict[str, Any]:
    length = due.last - due.first + timedelta(days=1)
    since = min(due.first - length, due.first - _BASE)
    codes = {one.code for one in daily_metrics()}
    days = days_of(due.store_id, codes, since=since, until=due.last)
    targets = dict(Target.objects.filter(store=due.store_id, ended_at=None).values_list("metric", "value"))
    figures = []
    for about in daily_metrics():
        own = days.get(about.code, ())
        now = mean([one for one in own if one.day >= due.first], is_count=about.is_count)
        before = [one for one in own if due.first - length <= one.day < due.first]
        usual = baseline([one for one in own if due.first - _BASE <= one.day < due.first])
        if now is None:
            continue
        figures.append(
            {
                "code": about.code,
                "value": now,
                "before": mean(before, is_count=about.is_count),
                "usual": usual.middle if usual else None,
                "spread": usual.spread if usual else None,
                "target": targets.get(about.code),
            }
        )
    return {"figures": figures, "alarms": _alarms(due)}


def _alarms(due: Due) -> list[dict[str, Any]]:
    rows = Shortfall.objects.filter(target__store=due.store_id, first_date__lte=due.last, last_date__gte=due.first)
    return [
        {
            "id": str(row.id),
            "code": row.target.metric,
            "first": row.first_date.isoformat(),
            "last": row.last_date.isoformat(),
            "is_open": row.closed_at is None,
        }
        for row in rows.select_related("target").order_by("first_date", "id")
    ]


@transaction.atomic
def ask_paper(*, report_id: UUID, language: str, at: datetime) -> Paper:
    """This will have a report printed in a language; made or being made already, it is that one; failed, it is tried
    anew.
    """
    Report.objects.select_for_update().get(id=report_id)
    one, is_new = Paper.objects.get_or_create(report_id=report_id, language=language, defaults={"asked_at": at})
    is_lost = one.state in ("asked", "making") and one.asked_at < at - _PATIENCE
    if not is_new and one.state != "failed" and not is_lost:
        return one
    one.state, one.fault, one.asked_at = "asked", "", at
    one.save()
    app.configure_task(JOB, queue=QUEUE).defer(paper_id=str(one.id))
    return one


def begin_paper(paper_id: UUID) -> Paper | None:
    """The paper as the job finds it; nothing when it is made already."""
    one = Paper.objects.select_related("report__store").get(id=paper_id)
    if one.state == "done":
        return None
    say_of_paper(one, "making")
    return one


def say_of_paper(one: Paper, state: str, fault: str = "") -> None:
    """This will say how far it is."""
    one.state, one.fault = state, fault
    one.save(update_fields=["state", "fault"])


@transaction.atomic
def finish_paper(one: Paper, content: bytes) -> None:
    """This will keep the file."""
    key = DataKey.objects.filter(subject_id=one.report_id).first()
    if key is None:
        key = box.new_key(one.report_id)
        key.save(force_insert=True)
    one.file = keep(content, subject_id=one.report_id, key_id=key.id)
    one.state = "done"
    one.save(update_fields=["file", "state"])


def page_of_reports(viewer: Viewer, *, before: tuple[date, UUID] | None, most: int) -> list[Report]:
    """The newest reports of places whose figures somebody sees (one statement)."""
    rows = Report.objects.select_related("store")
    if viewer.stores is not None:
        rows = rows.filter(store__in=viewer.stores)
    if before is not None:
        rows = rows.exclude(last_date__gt=before[0]).exclude(last_date=before[0], id__gte=before[1])
    return list(rows.order_by("-last_date", "-id")[:most])


def subscriptions_of(user_id: UUID) -> Mapping[tuple[str, UUID | None], Store | None]:
    """What somebody wants, by period and place (one statement)."""
    rows = Subscription.objects.filter(user_id=user_id).select_related("store").order_by("every", "store__code")
    return {(one.every, one.store_id): one.store for one in rows}
