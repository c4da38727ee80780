"""The page on which a delivered order is rated: goods, delivery, service, and words. Looking never rates."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from zhoudao.doors.portal.guessing import barred, discreet, wrong
from zhoudao.doors.portal.languages import NAMES, speak
from zhoudao.doors.portal.tracking.acting import ask_about
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.models import Kind
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.orders.models import Fulfilment, Order
from zhoudao.rooms.parcels.links import order_behind, tracking_path
from zhoudao.rooms.voice.commands import CHANGEABLE, RatingRefused, rate_order
from zhoudao.rooms.voice.models import OrderRating
from zhoudao.rooms.voice.opting import allow_follow_up, is_opted_out, refuse_follow_up
from zhoudao.rooms.voice.said_of_orders import LOW

_WISHES = {"stop": refuse_follow_up, "go_on": allow_follow_up}
ASPECTS: dict[str, LazyText] = {
    "product": gettext_lazy("What you got"),
    "delivery": gettext_lazy("How it came"),
    "service": gettext_lazy("How we served you"),
}


@permit(PUBLIC)
@csrf_exempt  # the link itself is the right to rate; there is no session to abuse
@require_http_methods(["GET", "HEAD", "POST"])
def order_rating(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the stars, POST keeps what was pressed. Only the customer's own link rates."""
    if (stop := barred(request)) is not None:
        return stop
    found = order_behind(token)
    if found is None or not found[1]:
        return wrong(request)
    order = found[0]
    language = speak(request, order.language)
    if request.method == "POST" and request.POST.get("asking") in _WISHES:
        _WISHES[request.POST["asking"]](order_id=order.id, at=clock.now())
        return discreet(HttpResponseRedirect(f"{request.path}?language={request.LANGUAGE_CODE}"))
    return discreet(_keep(request, order, language) if request.method == "POST" else _page(request, order, language))


def _keep(request: HttpRequest, order: Order, language: str) -> HttpResponse:
    comment = request.POST.get("comment", "")
    product, delivery, service = (_score(request.POST.get(name, "")) for name in ASPECTS)
    try:
        with transaction.atomic():
            rating = rate_order(order_id=order.id, scores=(product, delivery, service), comment=comment, at=clock.now())
            _hear_out(order, rating)
    except RatingRefused as refusal:
        return _page(request, order, language, error=str(refusal.words), status=409)
    return HttpResponseRedirect(f"{request.path}?thanks=1&language={request.LANGUAGE_CODE}", status=303)


def _hear_out(order: Order, rating: OrderRating) -> None:
    """What was poor is somebody's work: a case of what they said, once an order, with the order attached."""
    channel = Channel.objects.filter(kind="form", is_active=True).order_by("code").first()
    if channel is None or min(rating.scores) > LOW:
        return
    given = {name: score for name, score in zip(ASPECTS, rating.scores, strict=True)}
    words = _("I rated order %(number)s: goods %(product)s, delivery %(delivery)s, service %(service)s of 5.")
    said = " ".join(filter(None, (words % {"number": order.number, **given}, rating.comment)))
    ask_about(order, channel, f"order-rating:{order.id}", said, kind=Kind.FEEDBACK)


def _page(request: HttpRequest, order: Order, language: str, *, error: str = "", status: int = 200) -> HttpResponse:
    rating = OrderRating.objects.filter(order=order).first()
    given = {name: _score(request.POST.get(name, "")) or getattr(rating, name, None) for name in ASPECTS}
    context = {
        "order": order,
        "aspects": [(name, words, given[name]) for name, words in ASPECTS.items()],
        "scores": range(1, 6),
        "comment": request.POST.get("comment", rating.comment if rating else ""),
        "rating": rating,
        "is_there": order.fulfilment == Fulfilment.DELIVERED,
        "is_settled": rating is not None and clock.now() - rating.rated_at > CHANGEABLE,
        "thanks": "thanks" in request.GET and rating is not None,
        "is_opted_out": is_opted_out(order.customer_id),
        "back": tracking_path(order.id),
        "error": error,
        "language": language,
        "languages": NAMES,
    }
    return render(request, "rating/order.html", context, status=status)


def _score(text: str) -> int:
    return int(text) if text in ("1", "2", "3", "4", "5") else 0
