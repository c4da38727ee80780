"""Whose stock somebody may look at, and change."""

from django.db.models import Exists, Q, QuerySet

from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.reach import of_their_stores, where_they_work
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.stock.models import Warehouse

READ, WRITE = "stock:read", "stock:write"


def places_seen(viewer: Viewer) -> QuerySet[Warehouse]:
    """Where somebody may look: a store's people in their store, everybody else everywhere (it names nobody)."""
    rows = Warehouse.objects.order_by("priority", "code")
    return rows.filter(where_they_work(viewer.within(READ))) if viewer.may(READ) else rows.none()


def places_kept(viewer: Viewer, permission: str = WRITE) -> QuerySet[Warehouse]:
    """Where somebody may change the book, or do what else `permission` says: in their stores; in warehouses whoever
    works for the whole company or a team of no store. Closed ones are nobody's.
    """
    rows = Warehouse.objects.filter(closed_at=None).order_by("priority", "code")
    if not viewer.may(permission):
        return rows.none()
    viewer = viewer.within(permission)
    if viewer.stores is None:
        return rows
    of_no_store = Team.objects.filter(id__in=viewer.teams or (), store=None)
    return rows.filter(of_their_stores(viewer) | (Q(store=None) & Q(Exists(of_no_store))))
