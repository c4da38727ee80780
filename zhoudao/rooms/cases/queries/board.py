"""The board's figures over cases, defined in words in `figures`; each opens the cases it counted.

Merged cases are left out everywhere: they count as part of the case they went into.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Aggregate, Count, Exists, F, FloatField, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Extract, Trunc

from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases import figures
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import ACTIVE, Case, Promise, Status
from zhoudao.rooms.cases.moods import UPSET
from zhoudao.rooms.cases.queries.again import came_again, comes_again

SOON = timedelta(minutes=30)


class Percentile(Aggregate):
    """`percentile_cont`, interpolated between neighbours."""

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@frozen
class Asked:
    """Which cases and which period `start` ≤ moment < `end`."""

    start: datetime
    end: datetime
    team_id: UUID | None = None
    store_id: UUID | None = None
    channel: str = ""
    kind: str = ""

    def before(self) -> "Asked":
        """The period of the same length before."""
        return replace(self, start=self.start - (self.end - self.start), end=self.start)


@frozen
class Now:
    """How things stand."""

    waiting: int
    at_risk: int
    overdue: int
    active: int
    upset: int

    @property
    def upset_share(self) -> float | None:
        """Of the cases that are not resolved."""
        return self.upset / self.active if self.active else None


@frozen
class Heard:
    """How many cases' customers said their last words in some time, and how many of them sounded upset."""

    all: int
    upset: int


@frozen
class Period:
    """What a period brought. Times in minutes, None where there was nothing to measure."""

    opened: int
    answered: int
    first_reply: float | None
    first_reply_p90: float | None
    resolved: int
    resolution: float | None
    resolution_p90: float | None
    at_first_contact: int
    contacts: int
    repeats: int

    @property
    def first_contact_share(self) -> float | None:
        """Of the resolved ones."""
        return self.at_first_contact / self.resolved if self.resolved else None

    @property
    def repeat_share(self) -> float | None:
        """Of the cases customers came to us with, new or again."""
        return self.repeats / self.contacts if self.contacts else None


@frozen
class Kept:
    """One kind of promise in a period."""

    kind: str
    kept: int
    missed: int

    @property
    def share(self) -> float | None:
        """Kept in time, of both."""
        return self.kept / (self.kept + self.missed) if self.kept + self.missed else None


def scope(viewer: Viewer, asked: Asked) -> QuerySet[Case]:
    """The cases the board speaks of: what the viewer may see, narrowed, without merged ones."""
    rows = Case.objects.filter(visible(viewer)).exclude(status=Status.MERGED)
    rows = rows.filter(team_id=asked.team_id) if asked.team_id else rows
    rows = rows.filter(store_id=asked.store_id) if asked.store_id else rows
    rows = rows.filter(kind=asked.kind) if asked.kind else rows
    return rows.filter(conversation__channel__kind=asked.channel) if asked.channel else rows


def standing(viewer: Viewer, asked: Asked, *, at: datetime) -> Now:
    """The figures of this moment (one statement)."""
    counted = scope(viewer, asked).aggregate(
        waiting=Count("id", filter=_waiting(asked, at)),
        at_risk=Count("id", filter=_at_risk(asked, at)),
        overdue=Count("id", filter=_overdue(asked, at)),
        active=Count("id", filter=Q(status__in=ACTIVE)),
        upset=Count("id", filter=_upset(asked, at)),
    )
    return Now(**counted)


def at_risk(viewer: Viewer, asked: Asked, *, at: datetime) -> int:
    """How many cases have a promise due soon: looked up by what is due, not by what is open (one statement)."""
    soon = Promise.objects.filter(ended_at=None, due_at__gt=at, due_at__lte=at + SOON).values("case_id")
    return scope(viewer, asked).filter(id__in=soon, status__in=ACTIVE).count()


def waits_by_team(viewer: Viewer, asked: Asked, *, at: datetime) -> dict[UUID | None, datetime]:
    """Since when whoever has waited longest with each team waits (one statement)."""
    running = Promise.objects.filter(case=OuterRef("pk"), ended_at=None, kind__in=("answer", "first_contact"))
    since = Coalesce(Subquery(running.order_by("-started_at").values("started_at")[:1]), F("opened_at"))
    rows = scope(viewer, asked).filter(_waiting(asked, at)).annotate(since=since).values("team_id")
    return dict(rows.annotate(first=Min("since")).order_by().values_list("team_id", "first"))


def period(viewer: Viewer, asked: Asked) -> Period:
    """The figures of the period (one statement)."""
    rows = scope(viewer, asked).filter(_contact(asked) | _between("resolved_at", asked))
    opened, solved = _opened(asked), _solved(asked)
    reply, solution = minutes_until("first_human_contact_at"), minutes_until("resolved_at")
    counted = came_again(comes_again(rows)).aggregate(
        opened=Count("id", filter=opened),
        answered=Count("first_human_contact_at", filter=opened),
        first_reply=Percentile(reply, share=0.5, filter=opened),
        first_reply_p90=Percentile(reply, share=0.9, filter=opened),
        resolved=Count("id", filter=solved),
        resolution=Percentile(solution, share=0.5, filter=solved),
        resolution_p90=Percentile(solution, share=0.9, filter=solved),
        at_first_contact=Count("id", filter=_once(asked)),
        contacts=Count("id", filter=_contact(asked)),
        repeats=Count("id", filter=_repeated(asked)),
    )
    return Period(**counted)


def promises(viewer: Viewer, asked: Asked) -> list[Kept]:
    """How promises of each kind went in the period (one statement)."""
    rows = Promise.objects.filter(case__in=scope(viewer, asked)).filter(_kept(asked) | _between("broken_at", asked))
    counted = rows.values("kind").annotate(
        kept=Count("id", filter=_kept(asked)), missed=Count("id", filter=_between("broken_at", asked))
    )
    return [Kept(row["kind"], row["kept"], row["missed"]) for row in counted.order_by("kind")]


def volume(viewer: Viewer, asked: Asked, *, zone: ZoneInfo, by: str) -> dict[datetime, int]:
    """Cases opened per `hour` or `day` of the zone's wall clock; empty ones are left out (one statement)."""
    rows = scope(viewer, asked).filter(_opened(asked))
    counted = rows.annotate(step=Trunc("opened_at", by, tzinfo=zone)).values("step").annotate(n=Count("id"))
    return {row["step"]: row["n"] for row in counted.order_by("step")}


def heard(viewer: Viewer, asked: Asked, *, zone: ZoneInfo, by: str) -> dict[datetime, Heard]:
    """Customers' last words per `hour` or `day` of the zone's wall clock (one statement)."""
    rows = scope(viewer, asked).filter(_between("mood_at", asked)).annotate(step=Trunc("mood_at", by, tzinfo=zone))
    counted = rows.values("step").annotate(n=Count("id"), upset=Count("id", filter=Q(mood=UPSET)))
    return {row["step"]: Heard(row["n"], row["upset"]) for row in counted.order_by("step")}


def waiting_by_team(viewer: Viewer, asked: Asked, *, at: datetime) -> list[tuple[str, UUID | None, int]]:
    """Who has how many cases that wait for us: (team, its id, count), most first (two statements)."""
    rows = scope(viewer, asked).filter(_waiting(asked, at)).values("team_id").annotate(n=Count("id")).order_by("-n")
    found = [(row["team_id"], row["n"]) for row in rows]
    names = {team.id: str(team) for team in Team.objects.filter(id__in=[team_id for team_id, _ in found if team_id])}
    return [(names.get(team_id, "—"), team_id, count) for team_id, count in found]


def behind(viewer: Viewer, asked: Asked, code: str, *, at: datetime) -> QuerySet[Case]:
    """The cases a figure counted, newest change first.

    Raises: KeyError (no such figure)
    """
    rows = scope(viewer, asked)
    if code == figures.FIRST_CONTACT.code:
        rows = came_again(rows)
    if code == figures.REPEATS.code:
        rows = comes_again(rows)
    return rows.filter(_BEHIND[code](asked, at)).order_by("-updated_at", "-id")


def minutes_until(field: str) -> Combinable:
    """Minutes from the opening to that moment; null where there is none, which percentiles leave out."""
    return Extract(F(field) - F("opened_at"), "epoch") / 60.0


def _between(field: str, asked: Asked) -> Q:
    return Q(**{f"{field}__gte": asked.start, f"{field}__lt": asked.end})


def _opened(asked: Asked, at: datetime | None = None) -> Q:
    return _between("opened_at", asked)


def _answered(asked: Asked, at: datetime | None = None) -> Q:
    return _opened(asked) & Q(first_human_contact_at__isnull=False)


def _solved(asked: Asked, at: datetime | None = None) -> Q:
    return _between("resolved_at", asked) & Q(status__in=[Status.RESOLVED, Status.CLOSED])


def _once(asked: Asked, at: datetime | None = None) -> Q:
    return _solved(asked) & Q(reopened=0, came_again=False)


def _contact(asked: Asked) -> Q:
    return _opened(asked) | _between("came_back_at", asked)


def _repeated(asked: Asked, at: datetime | None = None) -> Q:
    return _between("came_back_at", asked) | _opened(asked) & Q(comes_again=True)


def _waiting(asked: Asked, at: datetime | None = None) -> Q:
    return Q(status__in=[Status.NEW, Status.OPEN], awaits_us=True)


def _upset(asked: Asked, at: datetime | None = None) -> Q:
    return Q(status__in=ACTIVE, mood=UPSET)


def _heard_upset(asked: Asked, at: datetime | None = None) -> Q:
    return _between("mood_at", asked) & Q(mood=UPSET)


def _running(**due: datetime) -> Q:
    running = Promise.objects.filter(case=OuterRef("pk"), ended_at=None, **due)
    return Q(Exists(running)) & Q(status__in=ACTIVE)


def _at_risk(asked: Asked, at: datetime) -> Q:
    return _running(due_at__gt=at, due_at__lte=at + SOON)


def _overdue(asked: Asked, at: datetime) -> Q:
    return _running(due_at__lte=at)


def _kept(asked: Asked) -> Q:
    return _between("kept_at", asked) & Q(broken_at=None)


def _judged(asked: Asked, at: datetime | None = None) -> Q:
    judged = Promise.objects.filter(_kept(asked) | _between("broken_at", asked), case=OuterRef("pk"))
    return Q(Exists(judged))


_BEHIND: dict[str, Callable[[Asked, datetime], Q]] = {
    figures.WAITING.code: _waiting,
    figures.LONGEST_WAIT.code: _waiting,
    figures.AT_RISK.code: _at_risk,
    figures.OVERDUE.code: _overdue,
    figures.KEPT.code: _judged,
    figures.FIRST_REPLY.code: _answered,
    figures.RESOLUTION.code: _solved,
    figures.RESOLVED.code: _solved,
    figures.ANSWERED.code: _answered,
    figures.FIRST_CONTACT.code: _once,
    figures.REPEATS.code: _repeated,
    figures.OPENED.code: _opened,
    figures.UPSET.code: _upset,
    figures.HEARD_UPSET.code: _heard_upset,
}
# shares: over which cases, and which of them count; times: over which cases, and until when
SHARES: dict[str, tuple[Callable[[Asked], Q], Callable[[Asked], Q]]] = {
    figures.ANSWERED.code: (_opened, _answered),
    figures.FIRST_CONTACT.code: (_solved, _once),
    figures.REPEATS.code: (_contact, _repeated),
}
SLOW: dict[str, tuple[Callable[[Asked], Q], str]] = {
    figures.FIRST_REPLY.code: (_answered, "first_human_contact_at"),
    figures.RESOLUTION.code: (_solved, "resolved_at"),
}


def kept_or_missed(asked: Asked) -> tuple[Q, Q]:
    """The promises kept in time, and those missed, in the period."""
    return _kept(asked), _between("broken_at", asked)
