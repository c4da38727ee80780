"""Stock as a list: by place and item, with what has run out marked."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.stock.queries.balances import PAGE, Asked, balances
from zhoudao.rooms.stock.reach import places_kept, places_seen


@require_GET
@permit("stock:read")
def stock(request: HttpRequest) -> HttpResponse:
    """What lies where, by item number."""
    viewer, given = viewer_of(request), request.GET
    places = list(places_seen(viewer))
    chosen = next((one for one in places if one.code == given.get("place", "")), None)
    words = given.get("q", "").strip()[:80].replace("\0", "")
    asked = Asked(
        [one.id for one in ([chosen] if chosen else places)], words, given.get("only") == "low", _after(given)
    )
    rows = balances(asked)
    query = given.copy()
    query["after"] = f"{rows[PAGE - 1].warehouse_id}~{rows[PAGE - 1].item_id}" if len(rows) > PAGE else ""
    context = {
        "rows": rows[:PAGE],
        "next": query.urlencode() if query["after"] else "",
        "places": places,
        "chosen": chosen,
        "words": words,
        "is_low": asked.is_low,
        "may_keep": places_kept(viewer).exists(),
    }
    return render(request, "desk/stock/stock.html", context)


def _after(given: QueryDict) -> tuple[str, UUID] | None:
    """The place of the list a page follows; a broken one is its beginning."""
    id_, _sep, sku = given.get("after", "").partition("~")
    place = uuid_in(id_)
    return (sku.replace("\0", ""), place) if place else None
