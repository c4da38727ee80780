"""For which stores somebody decides: who has a role everywhere for all, else for the stores they have it in."""

from uuid import UUID

from django.http import QueryDict

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.viewer import Viewer

_NO_STORE = UUID(int=0)


def reach_of(viewer: Viewer) -> frozenset[UUID] | None:
    """The stores this person may decide for; None is all."""
    return viewer.within("flows:write").stores


def stores_for(viewer: Viewer) -> list[Store]:
    """What may be chosen (one statement)."""
    rows = Store.objects.filter(closed_at=None).order_by("code")
    reach = reach_of(viewer)
    return list(rows if reach is None else rows.filter(id__in=reach))


def chosen_stores(sent: QueryDict) -> list[UUID]:
    """The stores a form names. `where=all` names none; a choice of no store is one that does not exist, never all."""
    return [] if sent.get("where", "all") == "all" else named_stores(sent) or [_NO_STORE]


def named_stores(sent: QueryDict) -> list[UUID]:
    """The stores that are ticked; what is no id is a store that does not exist."""
    return [_store_id(text) for text in sent.getlist("store")]


def _store_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return _NO_STORE
