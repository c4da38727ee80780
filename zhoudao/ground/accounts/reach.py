"""In which stores somebody works, as pages that belong to stores ask it."""

from django.db.models import Exists, Q

from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.viewer import Viewer


def of_their_stores(viewer: Viewer, store: str = "store_id") -> Q:
    """What belongs to the stores of their grants and of their teams. A team of no store opens none: what is behind may
    name people. `store` is the column.
    """
    if viewer.stores is None:
        return Q()
    of_teams = Team.objects.filter(id__in=viewer.teams or ()).exclude(store=None).values("store_id")
    return Q(**{f"{store}__in": viewer.stores}) | Q(**{f"{store}__in": of_teams})


def where_they_work(viewer: Viewer) -> Q:
    """Doors through which they may take in what customers say: as above, and all of them for a team of no store."""
    of_no_store = Team.objects.filter(id__in=viewer.teams or (), store=None)
    return of_their_stores(viewer) | Q(Exists(of_no_store)) if viewer.stores is not None else Q()


def tokens_within(viewer: Viewer) -> Q:
    """The programs' keys somebody looks after: all, or those of the stores where they may give keys."""
    if viewer.covers("tokens:write"):
        return Q()
    own = [one.store_id for one in viewer.held if one.store_id]
    return Q(store__in=[store_id for store_id in own if viewer.covers("tokens:write", store_id=store_id)])
