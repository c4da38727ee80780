"""What each case adds to the figures: the one place that says it, for counting, recounting and what is counted live."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.models import ACTIVE, WORKING, Case, Kind, Promise, Status
from zhoudao.rooms.cases.moods import UPSET
from zhoudao.rooms.cases.queries.again import came_again, comes_again
from zhoudao.rooms.tallies.matters import Known, Matter, known_of, matter_of
from zhoudao.rooms.voice.models import Rating

NOW = date(1970, 1, 1)  # the day of what is counted as it stands, whatever the period
NO_TEAM = UUID(int=0)
NEVER = 32_000  # days ago: before every period
GRADES = "ABCD"  # a bucket is the place in here, from one; zero: none
_STEP = math.log(1.02)
_CASE = (
    "id",
    "kind",
    "grade",
    "cause",
    "store_id",
    "team_id",
    "owner_id",
    "conversation__channel__code",
    "status",
    "awaits_us",
    "opened_at",
    "first_human_contact_at",
    "resolved_at",
    "reopened",
    "came_back_at",
    "came_again",
    "comes_again",
    "mood",
    "mood_at",
)
Entry = tuple[date, str, int]


@frozen
class Share:
    """A case where it belongs, with what it adds."""

    case_id: UUID
    store_id: UUID
    team_id: UUID
    channel: str
    owner_id: UUID | None
    entries: list[Entry]
    due_at: datetime | None
    waits_since: datetime | None
    matter: Matter | None


def bucket_of(seconds: float) -> int:
    """Which of the steps of two per cent a time is nearest to.

    >>> [bucket_of(seconds) for seconds in (0, 1, 60, 3600)]
    [0, 35, 208, 414]
    """
    return min(round(math.log1p(max(seconds, 0.0)) / _STEP), NEVER)


def minutes_of(bucket: int) -> float:
    """The time a step stands for; at most one per cent from any that was counted in it.

    >>> round(minutes_of(bucket_of(3600)))
    60
    """
    return math.expm1(bucket * _STEP) / 60


def shares(case_ids: Sequence[UUID], *, at: datetime, zone: ZoneInfo) -> list[Share]:
    """What these cases add as they stand (six statements); merged ones add nothing."""
    rows = list(came_again(comes_again(Case.objects.filter(id__in=case_ids))).values(*_CASE))
    promises: dict[UUID, list[Promise]] = defaultdict(list)
    for promise in Promise.objects.filter(case_id__in=case_ids):
        promises[promise.case_id].append(promise)
    ratings = {one.case_id: one for one in Rating.objects.filter(case_id__in=case_ids)}
    known = known_of(case_ids)
    return [
        replace(_share(row, promises[row["id"]], ratings.get(row["id"]), at, zone), matter=_matter(row, known, zone))
        for row in rows
    ]


def _share(row: dict[str, Any], promises: list[Promise], rating: Rating | None, at: datetime, zone: ZoneInfo) -> Share:
    entries: list[Entry] = []
    due_at = waits_since = None
    if row["status"] != Status.MERGED:
        entries += _came(row, zone)
        entries += _went(row, zone)
        entries += _settled(row, zone)
        entries += _promised(promises, zone)
        entries += _sounded(row, zone)
        entries += [(_day(rating.rated_at, zone), "rated", rating.score)] if rating else []
        if row["status"] in ACTIVE:
            dues = [one.due_at for one in promises if one.ended_at is None and one.due_at is not None]
            is_late = any(due <= at for due in dues)
            entries += [(NOW, "late", 0)] if is_late else []
            entries += [(NOW, "active", 0)] + ([(NOW, "upset", 0)] if row["mood"] == UPSET else [])
            due_at = None if is_late else min(dues, default=None)
        if row["status"] in WORKING and row["awaits_us"]:
            waits_since = _since(row["opened_at"], promises)
            entries.append((NOW, "waiting", 0))
    channel = row["conversation__channel__code"] or ""
    team_id = row["team_id"] or NO_TEAM
    return Share(row["id"], row["store_id"], team_id, channel, row["owner_id"], entries, due_at, waits_since, None)


def _came(row: dict[str, Any], zone: ZoneInfo) -> Iterator[Entry]:
    """Opened, answered, opened again by the customer."""
    opened = _day(row["opened_at"], zone)
    yield opened, "opened", 0
    if row["comes_again"]:
        yield opened, "again", 0
    if row["first_human_contact_at"]:
        yield opened, "reply", bucket_of((row["first_human_contact_at"] - row["opened_at"]).total_seconds())
    if row["came_back_at"]:
        back = _day(row["came_back_at"], zone)
        yield back, "back", (back - opened).days
        yield back, "back_again", (back - opened).days if row["comes_again"] else NEVER


def _went(row: dict[str, Any], zone: ZoneInfo) -> Iterator[Entry]:
    """Resolved, and for good."""
    if _is_solved(row):
        day = _day(row["resolved_at"], zone)
        yield day, "solution", bucket_of((row["resolved_at"] - row["opened_at"]).total_seconds())
        if not row["reopened"] and not row["came_again"]:
            yield day, "once", 0


def _settled(row: dict[str, Any], zone: ZoneInfo) -> Iterator[Entry]:
    """What became of the cases of the day it was opened, by the grade of its customer; and of its complaints."""
    opened, grade, is_solved = _day(row["opened_at"], zone), GRADES.find(row["grade"] or " ") + 1, _is_solved(row)
    yield opened, "cohort", grade
    if is_solved:
        yield opened, "settled", grade
    if row["kind"] == Kind.COMPLAINT:
        yield opened, "complaint", grade
        for name, moment in (("reply", row["first_human_contact_at"]), ("solution", is_solved and row["resolved_at"])):
            if moment:
                yield opened, f"complaint_{name}", bucket_of((moment - row["opened_at"]).total_seconds())


def _matter(row: dict[str, Any], known: Known, zone: ZoneInfo) -> Matter | None:
    if row["status"] == Status.MERGED:
        return None
    return matter_of(row, known, day=_day(row["opened_at"], zone), is_solved=_is_solved(row))


def _is_solved(row: dict[str, Any]) -> bool:
    return row["status"] in (Status.RESOLVED, Status.CLOSED) and row["resolved_at"] is not None


def _promised(promises: Iterable[Promise], zone: ZoneInfo) -> Iterator[Entry]:
    for promise in promises:
        if promise.broken_at is not None:
            yield _day(promise.broken_at, zone), f"missed:{promise.kind}", 0
        elif promise.kept_at is not None:
            yield _day(promise.kept_at, zone), f"kept:{promise.kind}", 0


def _sounded(row: dict[str, Any], zone: ZoneInfo) -> Iterator[Entry]:
    """The customer's last words that tell a mood, by the hour they were written."""
    if row["mood_at"] is not None:
        there = row["mood_at"].astimezone(zone)
        yield there.date(), "heard", there.hour
        if row["mood"] == UPSET:
            yield there.date(), "heard_upset", there.hour


def _since(opened_at: datetime, promises: Iterable[Promise]) -> datetime:
    """Since when the customer has waited: the first word nobody has answered."""
    running = [one for one in promises if one.ended_at is None and one.kind in ("answer", "first_contact")]
    return max((one.started_at for one in running), default=opened_at)


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
