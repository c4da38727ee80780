"""Which stores' queues somebody may work or look at."""

from uuid import UUID

from django.db.models import QuerySet

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.reach import of_their_stores
from zhoudao.ground.accounts.viewer import Viewer

SERVE, MANAGE, SEE = "counter:write", "queue:write", "metrics:read"


def stores_of(viewer: Viewer, permission: str) -> QuerySet[Store]:
    """The stores of the viewer's grants and of their teams; a team of no store opens none, as numbers carry names."""
    rows = Store.objects.order_by("code")
    return rows.filter(of_their_stores(viewer.within(permission), "id")) if viewer.may(permission) else rows.none()


def may_reach(viewer: Viewer, store_id: UUID, permission: str) -> bool:
    """Whether the viewer has this permission in this store."""
    return stores_of(viewer, permission).filter(id=store_id).exists()
