"""Who is on call for a team: the duties, the coming week as a picture, and its holes."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation
from django.utils.dates import WEEKDAYS_ABBR

from zhoudao.engines.worktime import Duty, oncall
from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.accounts.reach import carrying
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import tag
from zhoudao.rooms.staff.models import Absence, Member, OnCall

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STEP = timedelta(minutes=30)
_STEPS = 48


@frozen
class Entry:
    """One line of a roster: on these days from one wall time to another (00:00 ends the day; earlier than the start:
    the next morning), perhaps only from one date to another.
    """

    user_id: UUID
    days: tuple[str, ...] = DAYS
    start: str = "00:00"
    end: str = "00:00"
    from_date: date | None = None
    until_date: date | None = None


@frozen
class Roster:
    """A team's, in the order people are called. `version` changes with every change."""

    zone: str
    entries: list[Entry]
    version: str

    def lines_of(self, user_id: UUID) -> list[Entry]:
        """When somebody is on call."""
        return [entry for entry in self.entries if entry.user_id == user_id]


@frozen
class Span:
    """Some half hours of one day in which the same people are on call; nobody: a hole."""

    starts_at: datetime
    ends_at: datetime
    people: tuple[UUID, ...]

    @property
    def steps(self) -> int:
        """How many half hours of the wall clock."""
        return max(1, round((self.ends_at.replace(tzinfo=None) - self.starts_at.replace(tzinfo=None)) / STEP))


def roster_of(team_id: UUID) -> Roster:
    """A team's roster as it was written (one statement, and the installation's zone)."""
    rows = list(OnCall.objects.filter(team_id=team_id).order_by("rank"))
    zone = next((row.content["zone"] for row in rows if row.content), clock.zone().key)
    entries = [entry for row in rows for entry in _entries(row)]
    return Roster(zone, entries, hashlib.sha256(repr((zone, entries)).encode()).hexdigest()[:16])


def who_can_be_called(team_id: UUID) -> QuerySet[Member]:
    """Who works in a team and may open its cases: only they can stand in its roster, and only they are called."""
    here = Q(team=None) | Q(team=team_id)
    sees = Grant.objects.filter(here, carrying("cases:read"), user=OuterRef("user_id"))
    return Member.objects.filter(Exists(sees), teams=team_id, user__is_active=True)


def duties_of(team_id: UUID | None) -> list[Duty]:
    """The team's duties in the order people are called, but for when they are away (two statements)."""
    if team_id is None:
        return []
    rows = list(OnCall.objects.filter(team_id=team_id, member__in=who_can_be_called(team_id)).order_by("rank"))
    away: dict[UUID, list[tuple[datetime, datetime]]] = {}
    absences = Absence.objects.filter(user__in=[row.member_id for row in rows])
    for user_id, starts_at, ends_at in absences.values_list("user_id", "starts_at", "ends_at"):
        away.setdefault(user_id, []).append((starts_at, ends_at))
    return [row.duty(tuple(away.get(row.member_id, ()))) for row in rows]


def week_of(duties: Sequence[Duty], first: date, *, zone: ZoneInfo, days: int = 7) -> list[tuple[date, list[Span]]]:
    """Who is called first, second, … on these days of the zone's wall clock, half hour by half hour, joined."""
    return [(day, list(_spans(duties, day, zone))) for day in (first + timedelta(days=n) for n in range(days))]


def holes(duties: Sequence[Duty], at: datetime, *, hours: int = 24) -> list[tuple[datetime, datetime]]:
    """When nobody is on call in the coming hours, to the half hour."""
    begins = at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)
    moments = [begins + STEP * n for n in range(hours * 2)]
    found: list[tuple[datetime, datetime]] = []
    for moment in (moment for moment in moments if not oncall(duties, max(moment, at))):
        if found and found[-1][1] == moment:
            found[-1] = found[-1][0], moment + STEP
        else:
            found.append((moment, moment + STEP))
    return found


def in_words(entries: Sequence[Entry], zone: str) -> dict[str, str]:
    """These lines, in every language: Mon, Tue 08:00–20:00."""
    found = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found[tag(language)] = "; ".join(map(_line, entries)) + f" ({zone})"
    return found


def _line(entry: Entry) -> str:
    days = "" if entry.days == DAYS else ", ".join(str(WEEKDAYS_ABBR[DAYS.index(day)]) for day in entry.days) + " "
    dates = f" {entry.from_date or '…'} – {entry.until_date or '…'}" if entry.from_date or entry.until_date else ""
    return f"{days}{entry.start}–{'24:00' if entry.end == '00:00' else entry.end}{dates}"


def _spans(duties: Sequence[Duty], day: date, zone: ZoneInfo) -> Iterator[Span]:
    midnight = datetime.combine(day, time())
    walls = [midnight + STEP * n for n in range(_STEPS)]
    on_duty = [(wall, tuple(oncall(duties, wall.replace(tzinfo=zone)))) for wall in walls]
    for people, part in groupby(on_duty, key=lambda one: one[1]):
        run = [wall for wall, _ in part]
        last = run[-1] + STEP
        yield Span(run[0].replace(tzinfo=zone), last.replace(tzinfo=zone), tuple(UUID(one) for one in people))


def _entries(row: OnCall) -> Iterator[Entry]:
    """A row, as one line for each of its windows."""
    member, dates = row.member_id, (row.from_date, row.until_date)
    if not row.content:
        yield Entry(member, DAYS, "00:00", "00:00", *dates)
        return
    days: dict[tuple[str, str], list[str]] = {}
    for day in DAYS:
        for start, end in row.content["week"].get(day, []):
            days.setdefault((start, "00:00" if end == "24:00" else end), []).append(day)
    for (start, end), on in days.items():
        yield Entry(member, tuple(on), start, end, *dates)
