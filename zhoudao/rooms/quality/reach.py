"""Of which stores somebody sees the goods' figures: the one place that says so."""

from django.db.models import Q

from zhoudao.ground.accounts.reach import of_their_work
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.aftersales.queries.listing import TEAM

SEE = "quality:read"


def of_seen_stores(viewer: Viewer, store: str = "store_id") -> Q:
    """What belongs to the stores whose returns and repairs they see, where this permission is theirs. `store` is the
    column.
    """
    return of_their_work(viewer.within(SEE), TEAM, store)
