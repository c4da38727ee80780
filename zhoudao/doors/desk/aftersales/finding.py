"""What the pages of after-sales ask first: which return, whose place, how money is written."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest
from django.utils.translation import get_language

from zhoudao.ground.accounts.permits import viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.queries.listing import READ, places_inspected, return_for, return_here
from zhoudao.rooms.stock.models import Warehouse

_PLACE = "returns_place"


def return_or_404(viewer: Viewer, number: str, permission: str = READ) -> ReturnRequest:
    """The return; one the viewer may not see does not exist."""
    found = return_for(viewer, number, permission)
    if found is None:
        raise Http404
    return found


def here_or_404(viewer: Viewer, number: str) -> ReturnRequest:
    """The return whose goods are to be taken in, wherever they came."""
    found = return_here(viewer, number)
    if found is None:
        raise Http404
    return found


def place_chosen(request: HttpRequest) -> tuple[Warehouse | None, Sequence[Warehouse]]:
    """The place that is asked for, else that of last time, else the first; and all of theirs."""
    places = list(places_inspected(viewer_of(request)))
    asked = request.POST.get("place", "") or request.GET.get("place", "")
    known = {one.code: one for one in places}
    found = known.get(asked) or known.get(request.session.get(_PLACE, "")) or next(iter(places), None)
    if found is not None and found.code == asked and request.session.get(_PLACE) != asked:
        request.session[_PLACE] = asked
    return found, places


def money(minor: int, currency: str) -> str:
    """An amount in the reader's way of writing."""
    return Money(minor, currency).format(get_language() or "zh-hans")
