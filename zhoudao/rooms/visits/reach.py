"""Which stores' queues somebody may work or look at."""

from uuid import UUID

from django.db.models import QuerySet

from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.accounts.viewer import Viewer

SERVE, MANAGE, SEE = "counter:write", "queue:write", "metrics:read"


def stores_of(viewer: Viewer, permission: str) -> QuerySet[Store]:
    """The stores of the viewer's grants and of their teams; a team of no store opens none."""
    rows = Store.objects.order_by("code")
    if not viewer.may(permission):
        return rows.none()
    if viewer.stores is None:
        return rows
    of_teams = Team.objects.filter(id__in=viewer.teams or ()).exclude(store=None).values("store_id")
    return rows.filter(id__in=viewer.stores) | rows.filter(id__in=of_teams)


def may_reach(viewer: Viewer, store_id: UUID, permission: str) -> bool:
    """Whether the viewer has this permission in this store."""
    return stores_of(viewer, permission).filter(id=store_id).exists()
