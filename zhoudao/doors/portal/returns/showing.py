"""Where a return stands, as its customer reads it: step by step, who has the ball, piece by piece, to the cent."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from zhoudao.doors.portal.progress.moments import Moment, moment
from zhoudao.doors.portal.returns.offering import WAYS
from zhoudao.doors.portal.returns.wording import day_words
from zhoudao.kit.frozen import frozen
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales.events import DECLINED_FOR
from zhoudao.rooms.aftersales.models import (
    BEFORE_GOODS,
    REPLACES,
    Kind,
    Refund,
    RefundState,
    ReturnPiece,
    ReturnRequest,
    State,
)
from zhoudao.rooms.aftersales.policies import terms_of
from zhoudao.rooms.aftersales.queries.for_customers import address_back, expected_of, may_withdraw, sent_at
from zhoudao.rooms.aftersales.sealed import words_of
from zhoudao.rooms.parcels.carriers import called
from zhoudao.rooms.parcels.links import tracking_token

YOURS, OURS, SOLVED = "yours", "ours", "solved"
_GOODS_GONE = (State.REQUESTED, State.APPROVED, State.SENT, State.RECEIVED)  # the first n − 1 of its steps are done
_WE_LOOK = gettext_lazy("We look at it and write to you. You need do nothing.")
_STANDS: dict[str, tuple[LazyText, str, LazyText]] = {
    State.REQUESTED: (gettext_lazy("We are deciding about it."), OURS, _WE_LOOK),
    State.SENT: (gettext_lazy("It is on its way back to us."), OURS, gettext_lazy("We look at it when it arrives.")),
    State.RECEIVED: (gettext_lazy("It has arrived at our place."), OURS, _WE_LOOK),
    State.REFUNDED: (gettext_lazy("Your money has been paid back."), SOLVED, gettext_lazy("Nothing is left to do.")),
    State.REPLACED: (gettext_lazy("It has been replaced."), SOLVED, gettext_lazy("Nothing is left to do.")),
    State.REJECTED: (
        gettext_lazy("Nothing is paid back."),
        SOLVED,
        gettext_lazy("Why stands below with each piece. If you see it otherwise, write to us."),
    ),
    State.DECLINED: (
        gettext_lazy("We could not agree to it."),
        SOLVED,
        gettext_lazy("If you see it otherwise, write to us."),
    ),
    State.CANCELLED: (gettext_lazy("It was withdrawn."), SOLVED, gettext_lazy("You may ask for it again.")),
    State.EXPIRED: (
        gettext_lazy("It was not sent in time, so it is over."),
        SOLVED,
        gettext_lazy("As long as the time for it is not over, you may ask again."),
    ),
}
_MONEY_STANDS: dict[str, LazyText] = {
    RefundState.ASKED: gettext_lazy("A colleague approves the payment."),
    RefundState.APPROVED: gettext_lazy("It is being paid."),
    RefundState.SENDING: gettext_lazy("The payment service has it."),
    RefundState.STUCK: gettext_lazy("The payment is delayed; a colleague is looking after it."),
    RefundState.PAID: gettext_lazy("It has been paid back the way you paid."),
}


@frozen
class Step:
    """One step of the return's way; `state` is done, current or next."""

    words: str
    state: str
    at: Moment | None


@frozen
class PieceShown:
    """So many pieces of a line that were treated alike, and what is said of them."""

    count: int
    name: str
    words: str
    notes: Sequence[str]
    back: str
    is_refused: bool


@frozen
class MoneyShown:
    """A refund: its number, words and amounts that make `total`, and where it stands."""

    number: str
    parts: Sequence[tuple[str, str]]
    total: str
    words: str
    at: Moment | None


@frozen
class _Walked:
    """A step and when it was done; `is_over` says whether it was where that is not said by the moment alone."""

    words: str
    at: datetime | None
    is_over: bool | None = None
    is_money: bool = False

    @property
    def is_done(self) -> bool:
        """Whether it is behind."""
        return self.at is not None if self.is_over is None else self.is_over


def context_of(request: ReturnRequest, now: datetime, language: str) -> dict[str, Any]:
    """All the page says of a return."""
    pieces = list(request.pieces.select_related("order_line").order_by("order_line__position", "rank"))
    refunds = [one for one in request.refunds.order_by("id") if one.state != RefundState.REFUSED]
    headline, turn, following = _told(request, pieces, refunds)
    may_send = request.state in BEFORE_GOODS and request.needs_goods
    is_waiting = not request.is_open or bool(refunds)
    expected, currency = None if is_waiting else expected_of(request, pieces), request.order.currency

    def said(minor: int) -> str:
        return Money(minor, currency).format(language) if minor else ""

    return {
        "one": request,
        "headline": headline,
        "turn": turn,
        "next": following,
        "why": DECLINED_FOR.get(request.declined_for, ""),
        "way": WAYS.get(request.kind) or Kind(request.kind).label,
        "words": words_of(request),
        "photos": request.photos.filter(is_ours=False).count(),
        "steps": _steps(request, refunds, now),
        "pieces": _pieces(request, pieces, language),
        "money": [_money(one, request, now, language) for one in refunds],
        "expected": said(expected.back_minor) if expected else "",
        "expected_due": said(expected.due_minor) if expected else "",
        "difference": said(request.due_minor),
        "replacement": None if request.is_off else request.replacement,
        "replacement_token": tracking_token(request.replacement_id) if request.replacement_id else "",
        "owed": said(request.owed_minor),
        "may_send": may_send,
        "may_withdraw": may_withdraw(request, pieces, refunds),
        "carrier": called(request.carrier) if request.carrier else "",
        "send_by": day_words(request.send_by) if may_send and request.send_by else "",
        "place": address_back(request) if may_send else None,
        "postage": Money(terms_of(request).postage_minor, currency).format(language)
        if terms_of(request).postage_minor
        else "",
        "is_ours_to_pay": terms_of(request).ships_back == "us",
    }


def _told(request: ReturnRequest, pieces: Sequence[ReturnPiece], refunds: Sequence[Refund]) -> tuple[str, str, str]:
    """The headline, whose turn it is, and what comes next."""
    if request.state == State.APPROVED:
        is_part = any(one.is_here for one in pieces)
        words = _("A part of it has arrived; please send the rest.") if is_part else _("Agreed: please send it to us.")
        if not request.send_by:
            return words, YOURS, _("Your turn: send it.")
        return words, YOURS, _("Your turn: send it by %(day)s.") % {"day": day_words(request.send_by)}
    if request.state == State.INSPECTED:
        if request.due_minor:
            return _("One step is left: the difference."), YOURS, _("Your turn: pay the difference, and it is sent.")
        waiting = next((one for one in refunds if one.state != RefundState.PAID), None)
        then = str(_MONEY_STANDS[waiting.state]) if waiting else _("We work out anew what is paid back.")
        is_sent = request.kind in REPLACES and not request.is_off and (waiting is None or waiting.is_credit)
        words = _("We are getting your replacement ready.") if is_sent else _("Your money is on its way to you.")
        return words, OURS, then
    headline, turn, following = _STANDS[request.state]
    return str(headline), turn, str(following)


def _steps(request: ReturnRequest, refunds: Sequence[Refund], now: datetime) -> list[Step]:
    way = _way(request, refunds)
    open_ = [one for one in way if not one.is_done] if request.is_open else []
    current = next((one for one in open_ if not one.is_money), open_[0] if open_ else None)
    return [
        Step(
            one.words,
            "current" if one is current else "done" if one.is_done else "next",
            moment(one.at, now, request.store.zone) if one.at and one.is_done else None,
        )
        for one in way
    ]


def _way(request: ReturnRequest, refunds: Sequence[Refund]) -> list[_Walked]:
    """The steps it has gone or is to go."""
    asked = _Walked(pgettext("return step", "Asked for"), request.asked_at)
    agreed = _Walked(pgettext("return step", "Agreed"), request.decided_at)
    if request.state == State.DECLINED:
        return [asked, _Walked(pgettext("return step", "Declined"), request.decided_at)]
    if request.state == State.CANCELLED:
        rest = [agreed] if agreed.is_done else []
        return [asked, *rest, _Walked(pgettext("return step", "Withdrawn"), request.closed_at)]
    if request.state == State.EXPIRED:
        return [asked, agreed, _Walked(pgettext("return step", "Never sent"), request.closed_at)]
    paid = _replaced(request, refunds) if request.kind in REPLACES and not request.is_off else _paid(refunds)
    if not request.needs_goods:
        return [asked, agreed, paid]
    goods = _goods(request)
    if request.state == State.REJECTED:
        return [asked, agreed, *goods, _Walked(pgettext("return step", "Nothing paid back"), request.closed_at)]
    return [asked, agreed, paid, *goods] if terms_of(request).is_instant else [asked, agreed, *goods, paid]


def _paid(refunds: Sequence[Refund]) -> _Walked:
    days = [one.paid_at for one in refunds if one.paid_at]
    is_whole = bool(days) and len(days) == len(refunds)
    return _Walked(pgettext("return step", "Paid back"), max(days) if is_whole else None, is_money=True)


def _replaced(request: ReturnRequest, refunds: Sequence[Refund]) -> _Walked:
    used = max((one.paid_at for one in refunds if one.is_credit and one.paid_at), default=None)
    done = used if not request.due_minor else None
    return _Walked(pgettext("return step", "Replacement on its way"), done, is_money=True)


def _goods(request: ReturnRequest) -> list[_Walked]:
    """The goods' own steps. A part that came does not end one."""
    gone = _GOODS_GONE.index(request.state) if request.state in _GOODS_GONE else len(_GOODS_GONE)
    steps = (
        (pgettext("return step", "Sent"), sent_at(request) if gone > 1 else None),
        (pgettext("return step", "Arrived"), request.received_at),
        (pgettext("return step", "Inspected"), request.inspected_at),
    )
    return [_Walked(words, at, is_over=gone > n + 1) for n, (words, at) in enumerate(steps)]


def _pieces(request: ReturnRequest, pieces: Iterable[ReturnPiece], language: str) -> list[PieceShown]:
    alike: dict[Any, list[ReturnPiece]] = {}
    for one in pieces:
        treated = (one.is_here, one.is_missing, one.condition, one.is_accepted, one.lost_percent)
        alike.setdefault((one.order_line_id, *treated), []).append(one)
    return [_alike(request, group, language) for group in alike.values()]


def _alike(request: ReturnRequest, group: Sequence[ReturnPiece], language: str) -> PieceShown:
    def said(minor: int) -> str:
        return Money(minor, request.order.currency).format(language)

    first, fee = group[0], sum(one.fee_minor for one in group)
    back = sum(one.paid_minor - one.lost_minor - one.fee_minor + one.shipping_minor for one in group if one.refund_id)
    notes = []
    if first.lost_percent and first.is_accepted:
        notes.append(_("%(percent)s %% of its worth is gone") % {"percent": first.lost_percent})
    if fee:
        notes.append(_("fee %(amount)s") % {"amount": said(fee)})
    if first.wanted_sku and not request.is_off:
        notes.append(_("sent instead: %(name)s") % {"name": first.wanted_name})
    is_refused = bool(first.condition) and not first.is_accepted
    return PieceShown(
        len(group), first.order_line.name, _found(request, first), notes, said(back) if back else "", is_refused
    )


def _found(request: ReturnRequest, piece: ReturnPiece) -> str:
    """What is known of a piece."""
    if piece.condition:
        found = str(piece.get_condition_display())
        if piece.is_accepted:
            return _("%(condition)s: accepted") % {"condition": found}
        return _("%(condition)s: not accepted, it goes back to you") % {"condition": found}
    if piece.is_missing:
        return _("It never came.")
    if piece.is_here:
        return _("It is here and will be inspected.")
    return _("You keep it.") if not request.needs_goods else _("To be sent.") if request.state in BEFORE_GOODS else ""


def _money(refund: Refund, request: ReturnRequest, now: datetime, language: str) -> MoneyShown:
    parts = [
        (_("What you paid for it"), refund.goods_minor),
        (_("Worth that is gone"), -refund.lost_minor),
        (pgettext("return", "Fee"), -refund.fee_minor),
        (_("Your part of the delivery"), refund.shipping_minor),
        (_("Sending it back"), refund.postage_minor),
        (_("Our prepaid label") if request.is_labelled else _("Fetched by our courier"), -refund.pickup_minor),
        (_("Paid back before"), -refund.over_minor),
        (_("Of the difference"), refund.rest_minor),
    ]
    return MoneyShown(
        refund.number,
        [(words, Money(minor, refund.currency).format(language)) for words, minor in parts if minor],
        refund.amount.format(language),
        str(
            _("It was used for your replacement.")
            if refund.is_credit and refund.paid_at
            else _MONEY_STANDS[refund.state]
        ),
        moment(refund.paid_at, now, request.store.zone) if refund.paid_at else None,
    )
