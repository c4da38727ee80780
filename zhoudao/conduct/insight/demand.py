"""Sudden demand: noticed, told to those who lead, with who could move; over, everybody is back where they were."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import ceil
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from zhoudao.conduct.insight.events import DemandFell, DemandRose, HelperMoved
from zhoudao.conduct.insight.helpers import who_could_move
from zhoudao.conduct.insight.models import DemandAlarm, DemandHelp
from zhoudao.engines.surges.demand import Demand, watch
from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.ground.notices.commands import News, notify
from zhoudao.ground.notices.kinds import Kind, register
from zhoudao.rooms.cases.commands.queueing import fill_queue
from zhoudao.rooms.staff.commands import join_team, leave_team
from zhoudao.rooms.teamwork.leads import leads_of

SLOT, WINDOW, WEEK, WEEKS = timedelta(minutes=15), timedelta(hours=24), timedelta(days=7), 6
_SLOTS = WINDOW // SLOT
_BY = By("system:demand")
_PAGE = "/desk/outlook/"
Stream = tuple[UUID, str]
KINDS = (
    Kind(
        "demand_rose",
        _("A team I lead is in sudden demand"),
        _("Sudden demand in %(team)s: %(count)s instead of %(expected)s"),
    ),
    Kind(
        "demand_help",
        _("I am asked to help another team out"),
        _("Please help out in %(team)s: its demand is sudden"),
        default="both",
    ),
    Kind(
        "demand_over",
        _("A team I helped out needs me no more"),
        _("Thank you: demand in %(team)s is as usual again"),
    ),
)
# How many came in each slot of the day up to a moment, and of the same day one, two, … weeks before.
_COUNTED = """
    SELECT team_id, [step], back / 672, 95 - (back %% 672), count(*)
      FROM (SELECT *, floor(extract(epoch FROM %(end)s::timestamptz - opened_at) / 900)::int AS back
              FROM [table] WHERE opened_at < %(end)s AND opened_at >= %(since)s AND team_id IS NOT NULL) AS came
     WHERE back %% 672 < 96 GROUP BY 1, 2, 3, 4
"""


class AlarmIsOver(Exception):
    """This team's demand is as usual again."""


class CannotHelp(Exception):
    """This colleague cannot help out just now: choose one of those on the list."""


def register_kinds() -> None:
    """This will let people be told."""
    for kind in KINDS:
        register(kind)


@transaction.atomic
def look_for_demand(*, at: datetime) -> list[DemandAlarm]:
    """This will hold what came to every team and step in the last day against the same hours of six weeks, raise an
    alarm where it is sudden, and end those that are over; returns those that run. Safe to repeat.
    """
    end = _slot(at)
    weeks = _weeks_known(end)
    running = {(one.team_id, one.step): one for one in DemandAlarm.objects.select_for_update().filter(ended_at=None)}
    found = {stream: watch(weeks_[0], weeks_[1 : weeks + 1]) for stream, weeks_ in _counted(end, set(running)).items()}
    names = dict(Team.objects.filter(closed_at=None).in_bulk([team for team, _step in found]))
    for stream, demand in found.items():
        if demand.is_high and demand.since is not None and stream[0] in names:
            fresh = DemandAlarm(
                team=names[stream[0]], step=stream[1], noticed_at=at, began_at=end - (_SLOTS - demand.since) * SLOT
            )
            running[stream] = _raised(running.get(stream, fresh), demand, at)
        elif stream in running:
            _end(running.pop(stream), at)
    return list(running.values())


@transaction.atomic
def move_to_help(*, alarm_id: UUID, user_id: UUID, viewer: Viewer, at: datetime) -> DemandHelp:
    """This will have a colleague take cases of the team as well until its alarm is over, tell them, and give them what
    waits.

    Raises: AlarmIsOver, CannotHelp
    """
    alarm = DemandAlarm.objects.select_for_update(of=("self",)).select_related("team").filter(id=alarm_id).first()
    if alarm is None or alarm.ended_at is not None:
        raise AlarmIsOver(AlarmIsOver.__doc__)
    if user_id not in {one.user_id for one in who_could_move(alarm.team_id, at=at)}:
        raise CannotHelp(CannotHelp.__doc__)
    assert viewer.user_id is not None  # it was signed in to
    by = By(viewer.actor)
    join_team(user_id=user_id, team=alarm.team, by=by, at=at)
    help_ = DemandHelp.objects.create(alarm=alarm, member_id=user_id, moved_by_id=viewer.user_id, moved_at=at)
    record(HelperMoved(str(user_id)), about=[About("team", alarm.team_id)], by=by, at=at)
    news = News("demand_help", f"demand:{alarm.id}:help", "/desk/", {"team": _names(alarm.team)}, is_urgent=True)
    notify(news, [user_id], at=at)
    fill_queue(alarm.team_id, at=at)
    return help_


def _raised(alarm: DemandAlarm, demand: Demand, at: datetime) -> DemandAlarm:
    is_fresh, alarm.count, alarm.expected = alarm._state.adding, demand.count, demand.expected
    alarm.save()
    if is_fresh:
        team, expected = alarm.team, ceil(demand.expected)
        _tell(team.id, DemandRose(alarm.step, demand.count, expected), at)
        told = {"team": _names(team), "count": demand.count, "expected": expected}
        notify(News("demand_rose", f"demand:{alarm.id}", _PAGE, told, is_urgent=True), leads_of(team.id, None), at=at)
    return alarm


def _end(alarm: DemandAlarm, at: datetime) -> None:
    alarm.ended_at = at
    alarm.save(update_fields=["ended_at"])
    _tell(alarm.team_id, DemandFell(alarm.step), at)
    for help_ in alarm.helps.filter(ended_at=None).order_by("id"):
        leave_team(user_id=help_.member_id, team=alarm.team, by=_BY, at=at)
        help_.ended_at = at
        help_.save(update_fields=["ended_at"])
        news = News("demand_over", f"demand:{alarm.id}:over", "/desk/", {"team": _names(alarm.team)})
        notify(news, [help_.member_id], at=at)


def _tell(team_id: UUID, fact: Fact, at: datetime) -> None:
    record(fact, about=[About("team", team_id)], by=_BY, at=at)


def _names(team: Team) -> dict[str, str]:
    return team.names or {"": team.code}


def _slot(at: datetime) -> datetime:
    """The end of the last whole slot."""
    return datetime.fromtimestamp(at.timestamp() // SLOT.total_seconds() * SLOT.total_seconds(), UTC)


def _weeks_known(end: datetime) -> int:
    """How many weeks back the same day can be counted: before the first case there is nothing to count."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(opened_at) FROM cases_case")
        row = cursor.fetchone()
    first = row[0] if row else None
    return 0 if first is None else max(0, min(WEEKS, (end - WINDOW - first) // WEEK))


def _counted(end: datetime, also: set[Stream]) -> Mapping[Stream, Sequence[list[int]]]:
    """What came, by team and step: this day's slots, then those of each week before (two statements)."""
    found: dict[Stream, list[list[int]]] = {stream: _nothing() for stream in also}
    for table, step in (("cases_case", "''"), ("flows_task", "name")):
        sql = _COUNTED.replace("[table]", table).replace("[step]", step)
        with connection.cursor() as cursor:
            cursor.execute(sql, {"end": end, "since": end - WEEKS * WEEK - WINDOW})
            for team_id, name, week, slot, count in cursor.fetchall():
                found.setdefault((team_id, name), _nothing())[week][slot] = count
    return found


def _nothing() -> list[list[int]]:
    return [[0] * _SLOTS for _ in range(WEEKS + 1)]
