"""Which conversations a caller may see: those of their stores, and those behind cases they may see."""

from django.db.models import Q

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.commands.holding import visible
from zhoudao.rooms.cases.models import Case


def visible_conversations(viewer: Viewer) -> Q:
    """A condition on conversations."""
    if viewer.is_everywhere:
        return Q()
    behind = Case.objects.filter(visible(viewer), conversation__isnull=False).values("conversation")
    allowed = Q(id__in=behind)
    if viewer.stores:
        allowed |= Q(store_id__in=viewer.stores)
    return allowed
