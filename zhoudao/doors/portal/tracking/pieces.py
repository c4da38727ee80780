"""`/t/<link>/cancel/pieces/`: choose what is not wanted, see what comes back, confirm; one page, nothing but forms."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhoudao.doors.portal.guessing import discreet
from zhoudao.doors.portal.help import guard
from zhoudao.doors.portal.languages import NAMES
from zhoudao.doors.portal.limits import Limit
from zhoudao.doors.portal.tracking.theirs import BY, theirs, too_much
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales.commands.accepting import OfferChanged
from zhoudao.rooms.aftersales.commands.cancelling import Shown, cancel_pieces
from zhoudao.rooms.aftersales.queries.cancelling import Plan, cancellable
from zhoudao.rooms.aftersales.refusals import (
    AftersalesRefused,
    KeyReused,
    NoPieceChosen,
    NotThatMany,
    PaidBackElsewhere,
    ReturnsStillOpen,
    SentForReturn,
)
from zhoudao.rooms.orders.models import Order, OrderLine
from zhoudao.rooms.orders.refusals import (
    AlreadyOnItsWay,
    GoesWithAnother,
    LineSpokenFor,
    OrderOver,
    OrderRefused,
    OthersGoWithIt,
    PickingBegun,
    SentInParts,
    ShopOwnsIt,
)

_CANCELS = Limit("track-pieces", 10, 3600)
_FIELD, _COUNT = re.compile(r"q(.{0,40})", re.DOTALL), re.compile(r"[0-9]{1,7}", re.ASCII)
_MINOR = re.compile(r"[0-9]{1,18}", re.ASCII)
_ASK_US = gettext_lazy("This cannot be done here. Write to us, and we help.")
REFUSED: dict[type[Exception], LazyText] = {
    NoPieceChosen: gettext_lazy("Choose what you do not want, and how many of it."),
    NotThatMany: gettext_lazy("That is more than is in your order."),
    OfferChanged: gettext_lazy(
        "What this gives has changed since you looked. Nothing was cancelled: look at it again."
    ),
    KeyReused: gettext_lazy(
        "This form was sent before with something else in it. Look at it again and send it as a new one."
    ),
    PickingBegun: gettext_lazy(
        "It is being packed already. You can stop the whole order, or send back what you do not want once it is there."
    ),
    AlreadyOnItsWay: gettext_lazy("It has left already: send back what you do not want once it is there."),
    SentInParts: gettext_lazy(
        "It is sent in several parts. You can stop all of it, or send back what you do not want once it is there."
    ),
    ShopOwnsIt: gettext_lazy("You ordered it in our online shop: cancel it there, and it changes here by itself."),
    SentForReturn: gettext_lazy("It is sent for something you gave back. Write to us, and we help."),
    GoesWithAnother: gettext_lazy("It goes together with another order of yours. Write to us, and we take them apart."),
    OthersGoWithIt: gettext_lazy("It goes together with another order of yours. Write to us, and we take them apart."),
    OrderOver: gettext_lazy("This order is over already. Write to us, and we help."),
    PaidBackElsewhere: gettext_lazy(
        "Money of this order was paid back another way before, so we cannot work it out here. Write to us, and we help."
    ),
    ReturnsStillOpen: gettext_lazy("Money of this order is being paid back just now. Write to us, and we help."),
    LineSpokenFor: _ASK_US,
}
_STOPPABLE = (PickingBegun, SentInParts)


@frozen
class Row:
    """A line as it may be chosen: so many of it are there, `count` of them chosen."""

    field: str
    name: str
    quantity: int
    price: str
    count: str


@frozen
class Problem:
    """Why a form was not taken."""

    words: str
    status: int = 422


@theirs("GET", "HEAD", "POST")
def choose(request: HttpRequest, order: Order, token: str, language: str) -> HttpResponse:
    """What may be cancelled, asked of the address; a POST cancels it, once for each form given out."""
    if request.method != "POST":
        return _page(request, order, token, language)
    problem = _cancelled(request, order)
    if problem is not None:
        order.refresh_from_db()
        return _page(request, order, token, language, problem=problem)
    return discreet(HttpResponseRedirect(f"/t/{token}/?language={language}&said=pieces", status=303))


def _cancelled(request: HttpRequest, order: Order) -> Problem | None:
    """Why it was not done; None when it was, now or before."""
    if words := too_much(_CANCELS, request, order):
        return Problem(words, status=429)
    given, form = request.POST, guard.form_id(request.POST.get("form_token", ""))
    shown = [given.get(name, "") for name in ("back", "left")]
    if form is None or not all(_MINOR.fullmatch(text) for text in shown):
        return Problem(_("This form is too old or was changed. Look at it again and send it."))
    try:
        counts = _counts(given, list(order.lines.all()))
        cancel_pieces(
            order_id=order.id,
            counts=counts,
            shown=Shown(int(shown[0]), int(shown[1])),
            may_be_all=False,
            key=form,
            by=By(BY, store_id=order.store_id),
            at=clock.now(),
        )
    except (AftersalesRefused, OrderRefused) as refusal:
        return Problem(str(REFUSED.get(type(refusal), _ASK_US)))
    return None


def _page(
    request: HttpRequest, order: Order, token: str, language: str, *, problem: Problem | None = None
) -> HttpResponse:
    given, status = request.POST if request.method == "POST" else request.GET, problem.status if problem else 200
    context: dict[str, Any] = {
        "order": order,
        "token": token,
        "language": language,
        "languages": NAMES,
        "problem": problem.words if problem else "",
    }
    try:
        open_ = cancellable(order)
        context["rows"] = _rows(order, open_.lines, given, language)
        if _is_choosing(given) and "change" not in given:
            context |= _shown(open_.plan(_counts(given, open_.lines)), language)
    except (NoPieceChosen, NotThatMany) as refusal:
        context["problem"], status = context["problem"] or REFUSED[type(refusal)], 422
    except (AftersalesRefused, OrderRefused) as refusal:
        context["why_not"] = REFUSED.get(type(refusal), _ASK_US)
        context["do"] = "stop" if isinstance(refusal, _STOPPABLE) else "ask"
    return discreet(render(request, "tracking/pieces.html", context, status=status))


def _shown(plan: Plan, language: str) -> dict[str, Any]:
    """What was chosen and what it means in money, as the page says it."""

    def said(minor: int) -> str:
        return Money(minor, plan.order.currency).format(language)

    parts = [
        (_("What you paid for it"), plan.money.of("paid")),
        (_("Your part of the delivery"), plan.money.of("shipping")),
        (_("Paid back before"), -plan.money.over_minor),
    ]
    return {
        "picks": [(f"q{one.line.position}", one.count, one.line.name, said(one.paid_minor)) for one in plan.going],
        "is_all": plan.is_all,
        "is_paid": plan.is_paid,
        "parts": [(words, said(minor)) for words, minor in parts if minor],
        "back": said(plan.back_minor),
        "left": said(plan.left_minor),
        "back_minor": plan.back_minor,
        "left_minor": plan.left_minor,
        "form_token": guard.issue(),
    }


def _rows(order: Order, lines: Sequence[OrderLine], given: QueryDict, language: str) -> list[Row]:
    return [
        Row(
            f"q{line.position}",
            line.name,
            line.quantity,
            Money(line.price_minor, order.currency).format(language),
            given.get(f"q{line.position}", "")[:7],
        )
        for line in lines
    ]


def _is_choosing(given: Mapping[str, Any]) -> bool:
    return any(_FIELD.fullmatch(name) for name in given)


def _counts(given: QueryDict, lines: Sequence[OrderLine]) -> dict[UUID, int]:
    """How many of each line, by the lines' places in the order. Raises: NoPieceChosen, NotThatMany."""
    places = {str(line.position): line.id for line in lines}
    counts: dict[UUID, int] = {}
    for name in given:
        field, text = _FIELD.fullmatch(name), str(given[name]).strip()
        if field is None or not text:
            continue
        if not _COUNT.fullmatch(text) or field[1] not in places:
            raise NotThatMany(NotThatMany.__doc__)
        counts[places[field[1]]] = int(text)
    if not any(counts.values()):
        raise NoPieceChosen(NoPieceChosen.__doc__)
    return counts
