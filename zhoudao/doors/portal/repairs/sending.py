"""`/t/<link>/repair/photo/`: a photo of the name plate or display, sent before anything is typed. It is read and put in
the form for them to look at; where nobody reads photos just now, they type.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from zhoudao.doors.portal.guessing import discreet
from zhoudao.doors.portal.limits import Limit
from zhoudao.doors.portal.repairs.asking import Problem, page
from zhoudao.doors.portal.repairs.wording import REFUSED, refused_words
from zhoudao.doors.portal.tracking.theirs import BY, theirs, too_much
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.repairs.commands.reading import ask_reading
from zhoudao.rooms.repairs.refusals import NotAPhoto, RepairRefused
from zhoudao.rooms.repairs.saying import MOST_READ, readings_in

PHOTOS = Limit("repair-photo", 30, 3600)


@theirs("POST")
def repair_photo(request: HttpRequest, order: Order, token: str, language: str) -> HttpResponse:
    """A photo to be read: it leads back to the form, where its reading is waited for."""
    asked = [str(one.id) for one in readings_in(order.id, request.POST.getlist("reading"))]
    sent, problem = request.FILES.get("photo"), too_much(PHOTOS, request, order)
    if not problem and (sent is None or (sent.size or 0) > settings.FILE_LIMIT_BYTES):
        problem = str(REFUSED[NotAPhoto])
    if not problem and sent is not None:
        try:
            made = ask_reading(order_id=order.id, photo=sent.read(), by=By(BY, store_id=order.store_id), at=clock.now())
            others = [one for one in asked if one != str(made.id)]
            asked = [*others[-MOST_READ + 1 :], str(made.id)]
        except RepairRefused as refusal:
            problem = refused_words(refusal)
    if problem:
        return page(request, order, token, language, Problem(problem))
    query = [("language", language), *(("reading", one) for one in asked)]
    address = f"{reverse('portal:repair_ask', args=[token])}?{urlencode(query)}"
    return discreet(HttpResponseRedirect(address, status=303))
