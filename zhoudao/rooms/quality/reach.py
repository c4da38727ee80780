"""Of which stores somebody sees the goods' figures: the one place that says so."""

from django.db.models import Exists, Q

from zhoudao.ground.accounts.models import Team
from zhoudao.ground.accounts.reach import of_their_stores
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.aftersales.queries.listing import TEAM

SEE = "quality:read"


def of_seen_stores(viewer: Viewer, store: str = "store_id") -> Q:
    """What belongs to their stores where this permission is theirs; to any for the company's team for after-sales,
    whose all returns and repairs are. `store` is the column.
    """
    viewer = viewer.within(SEE)
    the_companys = Team.objects.filter(id__in=viewer.teams or (), store=None, code=TEAM)
    return of_their_stores(viewer, store) | Q(Exists(the_companys)) if not viewer.is_everywhere else Q()
