"""What the boards show: out of the tallies where they can answer, else recounted from the cases."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.queries import board
from zhoudao.rooms.cases.queries.board import Asked, Heard, Kept, Now, Period
from zhoudao.rooms.tallies.reading import Figures, NotCounted, Reader
from zhoudao.rooms.tallies.shares import NO_TEAM, minutes_of
from zhoudao.rooms.voice.board import Satisfaction, satisfaction


@frozen
class Board:
    """All figures of a board."""

    now: Now
    period: Period
    kept: list[Kept]
    said: Satisfaction
    opened_by_day: dict[date, int] | None  # None where it was not asked for
    waiting_by_team: dict[UUID | None, int]
    waits_since: dict[UUID | None, datetime]
    heard: dict[datetime, Heard]  # by day where days were asked for, else by hour of the day


def read_board(viewer: Viewer, asked: Asked, *, at: datetime, zone: ZoneInfo, by_day: bool) -> Board:
    """Every figure of the board, exact now; times to one per cent (at most fifteen statements)."""
    reader = Reader(viewer, asked, at=at, zone=zone)
    try:
        found, teams = reader.figures(), reader.figures("team")
        days = reader.figures("day") if by_day else None
        waits = reader.waits()
    except NotCounted:
        return recounted(viewer, asked, at=at, zone=zone, by_day=by_day)
    at_risk = board.at_risk(viewer, asked, at=at)
    waiting = {team: teams.count("waiting", team) for team in teams.groups}
    return Board(
        now=Now(found.count("waiting"), at_risk, found.count("late"), found.count("active"), found.count("upset")),
        period=period_of(found),
        kept=kept_of(found),
        said=said_of(found),
        opened_by_day={date.fromisoformat(day): days.count("opened", day) for day in days.groups} if days else None,
        waiting_by_team={_team(UUID(team)): n for team, n in waiting.items() if n},
        waits_since={_team(team): since for team, since in waits.items()},
        heard=_heard(found, days, asked.start.astimezone(zone)),
    )


def _heard(found: Figures, days: Figures | None, start: datetime) -> dict[datetime, Heard]:
    """By moments of the zone `start` is in."""
    if days is None:
        upset = found.spread("heard_upset")
        hours = {hour: Heard(n, upset.get(hour, 0)) for hour, n in found.spread("heard").items()}
        return {start.replace(hour=hour): heard for hour, heard in sorted(hours.items())}
    midnight, counts = start.timetz(), {day: days.count("heard", day) for day in sorted(days.groups)}
    return {
        datetime.combine(date.fromisoformat(day), midnight): Heard(n, days.count("heard_upset", day))
        for day, n in counts.items()
        if n
    }


def period_of(found: Figures) -> Period:
    """What a period brought."""
    replies, solutions = found.spread("reply"), found.spread("solution")
    opened = found.count("opened")
    return Period(
        opened=opened,
        answered=sum(replies.values()),
        first_reply=percentile(replies, 0.5),
        first_reply_p90=percentile(replies, 0.9),
        resolved=sum(solutions.values()),
        resolution=percentile(solutions, 0.5),
        resolution_p90=percentile(solutions, 0.9),
        at_first_contact=found.count("once"),
        contacts=opened + found.count("back"),
        repeats=found.count("again") + found.count("back_again"),
    )


def kept_of(found: Figures) -> list[Kept]:
    """How promises of each kind went."""
    counts = found.of()
    kinds = sorted({name.partition(":")[2] for name, _bucket in counts if ":" in name})
    rows = [Kept(kind, found.count(f"kept:{kind}"), found.count(f"missed:{kind}")) for kind in kinds]
    return [row for row in rows if row.kept or row.missed]


def said_of(found: Figures) -> Satisfaction:
    """What customers said."""
    scores = found.spread("rated")
    ratings, stars = sum(scores.values()), sum(score * n for score, n in scores.items())
    return Satisfaction(
        ratings, stars / ratings if ratings else None, sum(n for score, n in scores.items() if score >= 4)
    )


def recounted(viewer: Viewer, asked: Asked, *, at: datetime, zone: ZoneInfo, by_day: bool) -> Board:
    """The same from the cases themselves, one by one."""
    days = board.volume(viewer, asked, zone=zone, by="day") if by_day else None
    return Board(
        now=board.standing(viewer, asked, at=at),
        period=board.period(viewer, asked),
        kept=board.promises(viewer, asked),
        said=satisfaction(board.scope(viewer, asked), start=asked.start, end=asked.end),
        opened_by_day={moment.date(): n for moment, n in days.items()} if days is not None else None,
        waiting_by_team={team_id: n for _name, team_id, n in board.waiting_by_team(viewer, asked, at=at)},
        waits_since=board.waits_by_team(viewer, asked, at=at),
        heard=board.heard(viewer, asked, zone=zone, by="day" if by_day else "hour"),
    )


def percentile(spread: Mapping[int, int], share: float) -> float | None:
    """Minutes (None of nothing), interpolated between neighbours as `percentile_cont` does."""
    total = sum(spread.values())
    if not total:
        return None
    place = share * (total - 1)
    low, part = int(place), place - int(place)
    first, second = _at(spread, low), _at(spread, min(low + 1, total - 1))
    return first + (second - first) * part


def _at(spread: Mapping[int, int], rank: int) -> float:
    seen = 0
    for bucket in sorted(spread):
        seen += spread[bucket]
        if rank < seen:
            return minutes_of(bucket)
    raise IndexError(rank)


def _team(team_id: UUID) -> UUID | None:
    return None if team_id == NO_TEAM else team_id
