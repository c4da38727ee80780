"""What nobody has written the result of yet, by store and by person; written in the list itself."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.bookings.choosing import store_of
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.bookings.events import OUTCOMES
from zhoudao.rooms.bookings.queries import unwritten as query
from zhoudao.rooms.bookings.reach import READ, stores_of


@require_GET
@permit("bookings:read")
def unwritten(request: HttpRequest) -> HttpResponse:
    """The longest overdue first; `?person=` leaves one colleague's."""
    viewer, at = viewer_of(request), clock.now()
    stores = list(stores_of(viewer, READ))
    store = store_of(request, stores)
    if store is None:
        return render(request, "desk/bookings/unwritten.html", {"stores": stores, "store": None})
    person_id = uuid_in(request.GET.get("person", ""))
    try:
        page = query.unwritten(store, viewer, at=at, person_id=person_id, cursor=request.GET.get("cursor", ""))
    except ValueError as error:
        raise BadRequest("cursor") from error
    counts = query.by_store(stores, at=at)
    context = {
        "stores": [(one, counts.get(one.id, 0)) for one in stores],
        "store": store,
        "person_id": person_id,
        "people": query.by_person(store, at=at),
        "total": counts.get(store.id, 0),
        "nobody": query.NOBODY,
        "page": page,
        "outcomes": OUTCOMES.items(),
    }
    return render(request, "desk/bookings/unwritten.html", context)
