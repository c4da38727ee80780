"""Bookings whose time is over and of which nobody has written what came of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, QuerySet

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.keyset import beyond
from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.bookings.models import UNWRITTEN, Booking
from zhoudao.rooms.bookings.queries.day import shown_told
from zhoudao.rooms.bookings.told import Told

PAGE = 25
BACK = timedelta(days=90)  # nobody remembers longer
NOBODY = UUID(int=0)  # of nobody in particular


@frozen
class Page:
    """The longest overdue first, each with what they said; `next` is the cursor of the following page, or empty."""

    rows: list[tuple[Booking, Told]]
    next: str


def unwritten(store: Store, viewer: Viewer, *, at: datetime, person_id: UUID | None = None, cursor: str = "") -> Page:
    """A page of a store's, or of one of its people's (two statements). Raises: ValueError for no cursor of ours."""
    rows = _rows([store.id], at)
    if person_id is not None:
        rows = rows.filter(person=None if person_id == NOBODY else person_id)
    if cursor:
        ended, _, last = cursor.partition("~")
        moment, id_ = datetime.fromisoformat(ended), UUID(last)
        if moment.tzinfo is None:
            raise ValueError(cursor)
        rows = rows.filter(beyond("ends_at", moment, id_))
    around = rows.select_related("service", "person", "store", "case")
    found = list(around.order_by("ends_at", "id")[: PAGE + 1])
    after = found[PAGE - 1] if len(found) > PAGE else None
    box.warm(one.told_sealed for one in found[:PAGE])
    told = [(one, shown_told(one, viewer)) for one in found[:PAGE]]
    return Page(told, f"{after.ends_at.isoformat()}~{after.id}" if after else "")


def by_person(store: Store, *, at: datetime) -> list[tuple[UUID, str, int]]:
    """How many of each of a store's people, most first; `NOBODY` for what nobody in particular does (one statement)."""
    rows = _rows([store.id], at).values_list("person_id", "person__name").annotate(n=Count("id"))
    return [(id_ or NOBODY, name or "", n) for id_, name, n in rows.order_by("-n", "person__name", "person_id")]


def by_store(stores: Iterable[Store], *, at: datetime) -> dict[UUID, int]:
    """How many of each of these stores, those with none left out (one statement)."""
    rows = _rows([store.id for store in stores], at).order_by().values_list("store_id").annotate(n=Count("id"))
    return dict(rows)


def _rows(store_ids: list[UUID], at: datetime) -> QuerySet[Booking]:
    return Booking.objects.filter(UNWRITTEN, store__in=store_ids, ends_at__lte=at, ends_at__gt=at - BACK)
