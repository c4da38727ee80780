"""`/t/<link>/return/`: pick what it is about, see what is possible, send it; one page, nothing but forms."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhoudao.doors.portal.guessing import discreet
from zhoudao.doors.portal.help import guard
from zhoudao.doors.portal.languages import NAMES
from zhoudao.doors.portal.limits import Limit
from zhoudao.doors.portal.returns.offering import changes, sealed, unsealed, ways_of
from zhoudao.doors.portal.returns.picking import Picked, is_picking, picked, rows_of
from zhoudao.doors.portal.returns.wording import REFUSED
from zhoudao.doors.portal.tracking.theirs import BY, theirs, too_much
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import tag
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales.commands.accepting import Offer, OfferChanged, accept_offer
from zhoudao.rooms.aftersales.commands.requesting import MOST_PHOTOS, Wish
from zhoudao.rooms.aftersales.models import REASONS_ASKED, ReturnRequest
from zhoudao.rooms.aftersales.pieces import Had, chosen, had_of
from zhoudao.rooms.aftersales.queries.eligibility import asker_of, options_of
from zhoudao.rooms.aftersales.queries.for_customers import check_money, returns_of
from zhoudao.rooms.aftersales.reasons import Reason
from zhoudao.rooms.aftersales.refusals import AftersalesRefused, KeyReused, NotAPhoto
from zhoudao.rooms.aftersales.swaps import swaps_of
from zhoudao.rooms.orders.models import LEFT, Commercial, Order

ASKS = Limit("return-ask", 10, 3600)
MOST_BYTES = 40 * 1024 * 1024  # of all photos of one form
_LONGEST = 2_000


@frozen
class Problem:
    """Why a form was not taken: `words`, and what has `changed`. `is_stale`: the form's own id is no good any more."""

    words: str
    changed: Sequence[str] = ()
    is_stale: bool = False
    status: int = 422


@theirs("GET", "HEAD", "POST")
def give_back(request: HttpRequest, order: Order, token: str, language: str) -> HttpResponse:
    """What is possible, asked of the address; a POST asks for it, once for each form given out."""
    had = had_of(order)
    if request.method != "POST":
        return _page(request, order, token, language, had=had)
    sent = _taken(request, order, language, had)
    if isinstance(sent, Problem):
        return _page(request, order, token, language, had=had_of(order), problem=sent)
    address = reverse("portal:returned", args=[token, sent.number])
    return discreet(HttpResponseRedirect(f"{address}?language={language}&said=asked", status=303))


def _taken(request: HttpRequest, order: Order, language: str, had: Sequence[Had]) -> ReturnRequest | Problem:
    if words := too_much(ASKS, request, order):
        return Problem(words, status=429)
    pick, form = picked(request.POST, had), guard.form_id(request.POST.get("form_token", ""))
    offer = unsealed(request.POST.get("shown", "")).get(request.POST.get("kind", ""))
    photos = request.FILES.getlist("photos")
    if pick.fault:
        return Problem(pick.fault)
    if form is None:
        return Problem(_("This form is too old or was changed. Look at it again and send it."), is_stale=True)
    if offer is None:
        return Problem(_("Choose one of the ways."))
    if unfit := _unfit(photos):
        return Problem(unfit)
    words = request.POST.get("words", "").replace("\0", "").strip()[:_LONGEST]
    wish = Wish(offer.kind, pick.reason, pick.counts, words, [_read(one) for one in photos], swaps=pick.swaps)
    return _accepted(order, wish, offer, form, language)


def _accepted(order: Order, wish: Wish, offer: Offer, form: UUID, language: str) -> ReturnRequest | Problem:
    how: dict[str, Any] = {"key": form, "language": tag(language), "by": By(BY, store_id=order.store_id)}
    try:
        return accept_offer(order_id=order.id, wish=wish, offer=offer, at=clock.now(), **how)
    except AftersalesRefused as refusal:
        words = REFUSED.get(type(refusal)) or _("This is not possible just now. Write to us, and we help.")
        changed = _changed(order, wish, offer, language) if isinstance(refusal, OfferChanged) else []
        return Problem(str(words), changed, is_stale=isinstance(refusal, KeyReused))


def _unfit(photos: "Sequence[UploadedFile[Any]]") -> str:
    """Why these files are not even read; empty when they may be photos."""
    if len(photos) > MOST_PHOTOS:
        return _("At most 8 photos fit in one return.")
    if any((one.size or 0) > settings.FILE_LIMIT_BYTES for one in photos):
        return str(REFUSED[NotAPhoto])
    if sum(one.size or 0 for one in photos) > MOST_BYTES:
        return _("Together the photos may have up to 40 MB.")
    return ""


def _read(photo: "UploadedFile[Any]") -> bytes:
    return bytes(photo.read())


def _changed(order: Order, wish: Wish, offer: Offer, language: str) -> list[str]:
    """What is otherwise than it was shown, as far as it can still be asked for at all."""
    try:
        pieces = chosen(had_of(order), wish.lines, reason=wish.reason)
        swaps = swaps_of(order, pieces, wish.swaps)
        options = options_of(asker_of(order), wish.reason, pieces, at=clock.now(), swaps=swaps)
    except AftersalesRefused:
        return []
    return [
        words for one in options if one.kind == offer.kind for words in changes(offer, one, order.currency, language)
    ]


def _page(
    request: HttpRequest, order: Order, token: str, language: str, *, had: Sequence[Had], problem: Problem | None = None
) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    context: dict[str, Any] = {
        "order": order,
        "token": token,
        "language": language,
        "languages": NAMES,
        "returns": list(returns_of(order)),
        "given": given,
        "problem": problem,
        "had_photos": bool(request.FILES),
        "why_not": _why_not(order, had),
    }
    status = problem.status if problem else 200
    if not context["why_not"]:
        fault = _show_ways(context, order, had, given, language)
        status = 422 if fault and status == 200 else status
        context["fault"] = "" if problem else fault
    return discreet(render(request, "returns/ask.html", context, status=status))


def _show_ways(context: dict[str, Any], order: Order, had: Sequence[Had], given: QueryDict, language: str) -> str:
    """This will put into the context what may be picked, or the ways for what was; returns what is wrong with it."""
    context |= {
        "rows": rows_of(order, had, given, language),
        "reasons": [(one.value, one.label) for one in REASONS_ASKED],
        "ways": (),
    }
    if not is_picking(given) or "change" in given:
        return ""
    pick = picked(given, had)
    if pick.fault:
        return pick.fault
    try:
        pieces = chosen(had, pick.counts, reason=pick.reason)
        swaps = swaps_of(order, pieces, pick.swaps)
    except AftersalesRefused as refusal:
        return str(REFUSED[type(refusal)])
    options = options_of(asker_of(order), pick.reason, pieces, at=clock.now(), swaps=swaps)
    if all(one.money.over_minor and not one.money.total_minor for one in options):
        return _("All of this order's money has been paid back already.")
    problem: Problem | None = context["problem"]
    ways, kind = ways_of(options, order.currency, language), given.get("kind", "")
    is_fresh = problem is None or problem.is_stale
    context |= {
        "ways": ways,
        "kind": kind if kind in [way.code for way in ways] else next((way.code for way in ways if way.is_open), ""),
        "is_possible": any(way.is_open for way in ways),
        "needs_photos": any(way.needs_photos for way in ways),
        "picks": [
            (one.line.name, len(ranks), f"q{one.line.position}", _paid_for(order, one, ranks, language))
            for one, ranks in pieces
        ],
        "reason": pick.reason,
        "instead": [(name, text, swaps[line_id].name) for name, text, line_id in _instead(pick, pieces)],
        "reason_words": Reason(pick.reason).label,
        "form_token": guard.issue() if is_fresh else given.get("form_token", ""),
        "shown": sealed(options),
    }
    return ""


def _instead(pick: Picked, pieces: Sequence[tuple[Had, list[int]]]) -> list[tuple[str, str, UUID]]:
    """What was typed to be wanted instead, with its field and line."""
    lines = {f"w{had.line.position}": had.line.id for had, _ranks in pieces}
    return [(name, text, lines[name]) for name, text in pick.instead.items() if name in lines]


def _paid_for(order: Order, had: Had, ranks: Sequence[int], language: str) -> str:
    paid = sum(piece.paid_minor for piece in had.pieces(ranks))
    return Money(paid, order.currency).format(language)


def _why_not(order: Order, had: Sequence[Had]) -> dict[str, str]:
    """Why nothing can be given back now, and what can be done instead: `cancel`, `wait` or `ask`; empty when it can."""
    if order.commercial == Commercial.CANCELLED:
        return {"words": _("This order was cancelled, so there is nothing to send back."), "do": "ask"}
    if not any(one.delivered or one.lost for one in had):
        if order.fulfilment not in LEFT and order.is_open:
            words = _("It has not left yet: you need not send anything back. Stop it, and nothing is sent.")
            return {"words": words, "do": "cancel"}
        words = _("It has not arrived yet. As soon as it is there you can send it back from here.")
        return {"words": words, "do": "wait"}
    if not any(one.missing for one in had):
        return {"words": _("Everything that was delivered is in a return already."), "do": "ask"}
    try:
        check_money(order)
    except AftersalesRefused as refusal:
        return {"words": str(REFUSED[type(refusal)]), "do": "ask"}
    return {}
