"""A store's day: who does what when, who has come, who is late."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from zhoudao.engines.worktime.opening import Interval
from zhoudao.ground.accounts.models import Store, User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.bookings.models import Booking, Resource, State
from zhoudao.rooms.bookings.staffing import open_of, store_people
from zhoudao.rooms.bookings.told import Told, told_of
from zhoudao.rooms.staff.models import Absence

MOST = 300
LATE = timedelta(minutes=5)


@frozen
class Row:
    """One booking as the viewer may see it. `late`: how long they should have been here."""

    booking: Booking
    told: Told
    late: timedelta | None


@frozen
class Day:
    """A store's day. `open_`: when its people are at work; `away`: their absences that touch the day."""

    store: Store
    date: date
    begins: datetime
    ends: datetime
    rows: list[Row]
    people: list[User]
    open_: dict[UUID, list[Interval]]
    away: list[Absence]
    places: list[Resource]

    def count(self, *states: str) -> int:
        """How many stand so."""
        return sum(row.booking.state in states for row in self.rows)


def day_of(store: Store, day: date, viewer: Viewer, *, at: datetime) -> Day:
    """All that is booked that day, in order of time (seven statements however much)."""
    begins, ends = bounds(store, day)
    found = list(
        Booking.objects.filter(store=store, starts_at__gte=begins, starts_at__lt=ends)
        .exclude(state__in=[State.HELD, State.CANCELLED])
        .select_related("service", "person", "case", "visit", "resource")
        .order_by("starts_at", "id")[:MOST]
    )
    box.warm(one.told_sealed for one in found)
    people = list(store_people(store.id))
    known = {one.pk for one in people}
    others = {one.person_id: one.person for one in found if one.person is not None and one.person_id not in known}
    people += sorted(others.values(), key=lambda one: (one.name, str(one.pk)))
    ids = [one.pk for one in people]
    return Day(
        store=store,
        date=day,
        begins=begins,
        ends=ends,
        rows=[row_of(one, viewer, at) for one in found],
        people=people,
        open_=open_of(ids, begins, ends, within=[(begins, ends)]),
        away=list(
            Absence.objects.filter(user__in=ids, starts_at__lt=ends, ends_at__gt=begins).order_by("starts_at", "id")
        ),
        places=list(Resource.objects.filter(store=store, retired_at=None).order_by("id")),
    )


def row_of(booking: Booking, viewer: Viewer, at: datetime) -> Row:
    """One row; warm the keys of the whole list first."""
    is_late = booking.state == State.BOOKED and at - booking.starts_at >= LATE
    return Row(booking, shown_told(booking, viewer), at - booking.starts_at if is_late else None)


def shown_told(booking: Booking, viewer: Viewer) -> Told:
    """What they said: starred unless the viewer may see people in clear."""
    told = told_of(booking)
    return told if viewer.may_wherever("customers:unmask") else told.masked


@frozen
class Shown:
    """A booking with what they said, as the viewer may read it, and the answers beside their questions' names."""

    booking: Booking
    told: Told
    answers: list[tuple[dict[str, str], str]]
    is_clear: bool


def shown(booking: Booking, viewer: Viewer, *, in_clear: bool = False) -> Shown:
    """One booking as its page shows it."""
    is_clear = in_clear or viewer.may_wherever("customers:unmask")
    told = told_of(booking) if is_clear else told_of(booking).masked
    names = {one["code"]: one["names"] for one in booking.service.questions}
    return Shown(booking, told, [(names[code], text) for code, text in told.answers.items() if code in names], is_clear)


def bounds(store: Store, day: date) -> tuple[datetime, datetime]:
    """When the store's day begins and ends."""
    zone = ZoneInfo(store.zone)
    begins, ends = (datetime.combine(one, time(), tzinfo=zone) for one in (day, day + timedelta(days=1)))
    return begins.astimezone(UTC), ends.astimezone(UTC)


def bookings_of(*, case_ids: Sequence[UUID] = (), customer_ids: Sequence[UUID] = ()) -> list[Booking]:
    """The bookings of a case or of a person, the latest first (one statement)."""
    rows = Booking.objects.filter(case__in=case_ids) if case_ids else Booking.objects.filter(customer__in=customer_ids)
    around = rows.exclude(state=State.HELD).select_related("service", "store", "person")
    return list(around.order_by("-starts_at", "-id")[:12])
