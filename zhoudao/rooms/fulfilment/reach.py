"""Whose waves somebody may look at, and work on."""

from django.db.models import QuerySet

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.stock.models import Warehouse
from zhoudao.rooms.stock.reach import places_kept, places_seen

WORK, CONFIRM = "picking:write", "picking:confirm"


def places_worked(viewer: Viewer) -> QuerySet[Warehouse]:
    """Where somebody may make waves, pick and pack: places whose stock they could keep, by this right."""
    return places_kept(viewer, WORK)


def places_watched(viewer: Viewer) -> QuerySet[Warehouse]:
    """Where somebody may look at waves: those whose stock they see."""
    return places_seen(viewer)
