"""A day of all engineers, and the network."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Count, Prefetch, Q

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.globe import Point, kilometres
from zhoudao.rooms.fieldwork.models import Engineer, ServicePoint, State, Visit
from zhoudao.rooms.fieldwork.queries.visits import bounds
from zhoudao.rooms.fieldwork.reach import visits_seen
from zhoudao.rooms.staff.models import Absence

MOST_ANEW = 50


@frozen
class Row:
    """An engineer's day: the visits one may see in order, when others take their time, and when they are away."""

    engineer: Engineer
    visits: Sequence[Visit]
    taken: Sequence[tuple[datetime, datetime]]
    away: Sequence[tuple[datetime, datetime]]


@frozen
class Board:
    """A day of head office's: who does what when, and what is to be planned anew, the oldest first."""

    day: date
    since: datetime
    until: datetime
    rows: Sequence[Row]
    anew: Sequence[Visit]

    def count(self, *states: str) -> int:
        """How many visits stand so."""
        return sum(one.state in states for row in self.rows for one in row.visits)


def board_of(viewer: Viewer, day: date) -> Board:
    """What the viewer may see of it (five statements). Engineers are named whoever's visits they make; of a visit that
    is not for the viewer's eyes only its time is known.
    """
    since, until = bounds(day, clock.zone())
    seen, of_day = visits_seen(viewer).exclude(state=State.CANCELLED), Q(starts_at__gte=since, starts_at__lt=until)
    theirs = seen.filter(of_day).order_by("starts_at", "id")
    found = Engineer.objects.filter(retired_at=None).select_related("member__user", "point")
    found = found.prefetch_related(Prefetch("visits", theirs, to_attr="of_day"))
    engineers = list(found.order_by("point__code", "member__user__name", "pk"))
    gone: dict[object, list[tuple[datetime, datetime]]] = {}
    away = Absence.objects.filter(user__in=[one.pk for one in engineers], starts_at__lt=until, ends_at__gt=since)
    for one in away:
        gone.setdefault(one.user_id, []).append((one.starts_at, one.ends_at))
    taken: dict[object, list[tuple[datetime, datetime]]] = {}
    others = Visit.objects.filter(of_day).exclude(Q(state=State.CANCELLED) | Q(pk__in=seen.filter(of_day).values("pk")))
    for visit in others.order_by("starts_at").only("number", "engineer_id", "starts_at", "ends_at"):
        taken.setdefault(visit.engineer_id, []).append(visit.time)
    anew = list(seen.filter(state=State.UNPLANNED).order_by("asked_at", "id")[:MOST_ANEW])
    rows = [Row(e, e.of_day, taken.get(e.pk, []), gone.get(e.pk, [])) for e in engineers]
    return Board(day, since, until, rows, anew)


@frozen
class Near:
    """A service point and how far it is, in kilometres of a bird."""

    point: ServicePoint
    km: int


def network_of(*, skill: str = "", brand: str = "") -> list[ServicePoint]:
    """Open points with the engineers who can do this, by code (two statements); without a wish all of them."""
    able = Engineer.objects.filter(retired_at=None).select_related("member__user").order_by("member__user__name", "pk")
    if skill:
        able = able.filter(skills__contains=[skill])
    if brand:
        able = able.filter(Q(brands=[]) | Q(brands__contains=[brand]))
    rows = ServicePoint.objects.filter(closed_at=None).select_related("store")
    points = list(rows.prefetch_related(Prefetch("engineers", able, to_attr="able")).order_by("code"))
    return [one for one in points if one.able or not (skill or brand)]


def nearest(points: Sequence[ServicePoint], place: Point, *, most: int = 5) -> list[Near]:
    """The points nearest to a place."""
    near = sorted((Near(one, kilometres(one.place, place)) for one in points), key=lambda one: (one.km, one.point.code))
    return near[:most]


def codes_known() -> tuple[list[str], list[str]]:
    """Skills and brands of the engineers there are, for lists to choose from (one statement)."""
    rows = Engineer.objects.filter(retired_at=None).values_list("skills", "brands")
    pairs = list(rows)
    skills = {one for skills, _brands in pairs for one in skills}
    return sorted(skills), sorted({one for _skills, brands in pairs for one in brands})


def points_listed() -> list[ServicePoint]:
    """All points, open ones first, with how many engineers work from each (one statement)."""
    count = Count("engineers", filter=Q(engineers__retired_at=None))
    rows = ServicePoint.objects.select_related("store", "calendar").annotate(people=count)
    return list(rows.order_by("closed_at", "code")[:500])


def engineers_listed() -> list[Engineer]:
    """All engineers, those who still visit customers first, with their certifications (two statements)."""
    rows = Engineer.objects.select_related("member__user", "point").prefetch_related("certifications")
    return list(rows.order_by("retired_at", "point__code", "member__user__name", "pk")[:1000])
