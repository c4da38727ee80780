"""A return asked for on the customer's behalf: the pieces, the reason, and what the policy gives for them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.aftersales.finding import money
from zhoudao.doors.desk.aftersales.ways import Typed, amount_in, typed_in, ways_of
from zhoudao.doors.desk.stock.choosing import whole
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.aftersales.commands.giving_back import give_money_back
from zhoudao.rooms.aftersales.commands.requesting import MOST_PHOTOS, Wish, request_return
from zhoudao.rooms.aftersales.models import ADJUSTED_FOR, REASONS_ASKED, ReturnRequest
from zhoudao.rooms.aftersales.pieces import Had, had_of
from zhoudao.rooms.aftersales.policies import WHY
from zhoudao.rooms.aftersales.queries.eligibility import left_of_money
from zhoudao.rooms.aftersales.queries.listing import WRITE, returns_of_order
from zhoudao.rooms.aftersales.refusals import AftersalesRefused, NotEligible
from zhoudao.rooms.cases.queries.orders import cases_about, order_for
from zhoudao.rooms.orders.models import Order, Payment


@require_http_methods(["GET", "POST"])
@permit("returns:write")
def ask(request: HttpRequest, order_number: str) -> HttpResponse:
    """GET shows what was delivered; POST what is given for what was chosen, and asks for it once a way is taken."""
    viewer, given = viewer_of(request), request.POST
    found = order_for(viewer, order_number, WRITE)
    if found is None:
        raise Http404
    had = had_of(found)
    counts = {one.line.id: whole(given.get(f"count-{one.line.position}", "0") or "0") for one in had}
    reason = given.get("reason", "")
    typed = typed_in(given, had, found.currency)
    context: dict[str, Any] = {"key": uuid_in(given.get("key", "")) or uuid4(), "refusal": ""}
    if request.method == "POST":
        try:
            if given.get("do") == "give":
                given_back = _give(request, found, context["key"])
                messages.success(request, _("Asked for; a colleague approves it."))
                return redirect("return", given_back.number)
            if given.get("kind") and given.get("do") != "look":
                made = request_return(
                    order_id=found.id,
                    wish=_wish(request, counts, typed),
                    key=context["key"],
                    conversation_id=_thread(request, found),
                    is_exception=given.get("exception") == "yes",
                    by=By(viewer.actor, channel="desk"),
                    at=clock.now(),
                )
                messages.success(request, _("The return is asked for."))
                return redirect("return", made.number)
            context["options"] = ways_of(found, reason, had, counts, typed)
        except NotEligible as refusal:
            context["refusal"] = str(WHY.get(refusal.why, WHY["excluded"]))
        except AftersalesRefused as refusal:
            context["refusal"] = said(refusal)
        if context["refusal"] and "options" not in context:
            context["options"] = _try_ways(found, reason, had, counts, typed)
    return _drawn(request, found, had, counts, context)


def _give(request: HttpRequest, found: Order, key: UUID) -> ReturnRequest:
    """Money back while the goods stay, for the whole order or one line."""
    given = request.POST
    return give_money_back(
        order_id=found.id,
        amount_minor=amount_in(given.get("amount", ""), found.currency),
        reason=given.get("because", ""),
        line_id=uuid_in(given.get("line", "")),
        words=given.get("words", ""),
        key=key,
        conversation_id=_thread(request, found),
        by=By(viewer_of(request).actor, channel="desk"),
        at=clock.now(),
    )


def _wish(request: HttpRequest, counts: Mapping[UUID, int], typed: Typed) -> Wish:
    given = request.POST
    photos = [one.read() for one in request.FILES.getlist("photos")[: MOST_PHOTOS + 1]]
    words, kind, reason = given.get("words", ""), given.get("kind", ""), given.get("reason", "")
    return typed.within(Wish(kind=kind, reason=reason, lines=counts, words=words, photos=photos))


def _thread(request: HttpRequest, found: Order) -> UUID | None:
    """The conversation of the case it was begun from, if that is about this order's customer."""
    number = request.POST.get("case", "")
    cases = cases_about(viewer_of(request), found) if number else []
    case = next((one for one in cases if one.number == number), None)
    return case.conversation_id if case else None


def _try_ways(
    found: Order, reason: str, had: Sequence[Had], counts: Mapping[UUID, int], typed: Typed
) -> list[dict[str, Any]]:
    try:
        return ways_of(found, reason, had, counts, typed)
    except AftersalesRefused:
        return []


def _drawn(
    request: HttpRequest, found: Order, had: Sequence[Had], counts: Mapping[UUID, int], context: dict[str, Any]
) -> HttpResponse:
    given = request.POST
    context |= {
        "order": found,
        "lines": [
            {
                "had": one,
                "count": max(0, min(counts[one.line.id], one.missing)),
                "choices": range(one.missing + 1),
                "swap": given.get(f"swap-{one.line.position}", ""),
                "price": given.get(f"price-{one.line.position}", ""),
            }
            for one in had
        ],
        "has_any": any(one.missing for one in had),
        "reasons": [(one.value, one.label) for one in REASONS_ASKED],
        "left": money(left_of_money(found), found.currency),
        "is_paid": found.payment in (Payment.CAPTURED, Payment.PARTIALLY_REFUNDED),
        "because": [(one.value, one.label) for one in ADJUSTED_FOR],
        "given": given,
        "case": given.get("case", "") or request.GET.get("case", ""),
        "before": returns_of_order(found.id),
        "most_photos": MOST_PHOTOS,
    }
    return render(request, "desk/aftersales/ask.html", context, status=422 if context["refusal"] else 200)
