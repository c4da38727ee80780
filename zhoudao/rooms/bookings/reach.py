"""Which stores' bookings somebody may make, look at or set up."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.accounts.reach import of_their_stores
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.bookings.models import Booking
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import Case

READ, WRITE, MANAGE, SEE = "bookings:read", "bookings:write", "bookings:manage", "metrics:read"


def stores_of(viewer: Viewer, permission: str) -> QuerySet[Store]:
    """The stores of the viewer's grants and of their teams: what is booked there names people."""
    rows = Store.objects.order_by("code")
    return rows.filter(of_their_stores(viewer.within(permission), "id")) if viewer.may(permission) else rows.none()


def bookable_stores(viewer: Viewer) -> QuerySet[Store]:
    """Where the viewer may book: free times name nobody, so a team of no store (a call centre) books everywhere."""
    rows = Store.objects.filter(closed_at=None).order_by("code")
    if not viewer.may(WRITE):
        return rows.none()
    viewer = viewer.within(WRITE)
    if viewer.stores is None:
        return rows
    of_no_store = Team.objects.filter(id__in=viewer.teams or (), store=None)
    return rows.filter(of_their_stores(viewer, "id") | Q(Exists(of_no_store)))


def seen(viewer: Viewer) -> Q:
    """Which bookings somebody may open: their stores', those of cases they may see, and those they made."""
    if viewer.is_everywhere:
        return Q()
    cases = Case.objects.filter(visible(viewer), id=OuterRef("case_id"))
    return of_their_stores(viewer) | Q(Exists(cases)) | Q(booked_by=viewer.actor)


def booking_for(viewer: Viewer, booking_id: UUID | None, permission: str = READ) -> Booking | None:
    """One booking the viewer may open; a hold is nobody's yet."""
    if booking_id is None or not viewer.may(permission):
        return None
    rows = Booking.objects.filter(seen(viewer.within(permission)), id=booking_id).exclude(state="held")
    return rows.select_related("service", "store", "person", "resource", "case", "visit").first()
