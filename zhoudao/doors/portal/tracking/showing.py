"""What the page says: where it is, when it comes, what is next."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from zhoudao.doors.portal.progress.moments import Moment, moment
from zhoudao.doors.portal.repairs.section import links_of as repair_links
from zhoudao.doors.portal.returns.section import links_of
from zhoudao.engines.tracking.drawing import Drawing
from zhoudao.kit.frozen import frozen
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales.models import State as ReturnState
from zhoudao.rooms.aftersales.queries.cancelling import cancelled_of, may_try
from zhoudao.rooms.aftersales.queries.for_customers import returns_of
from zhoudao.rooms.orders.commands.refunding import refund_asked
from zhoudao.rooms.orders.models import LEFT, STILL_HERE, Commercial, Fulfilment, Order
from zhoudao.rooms.parcels.drawn import where
from zhoudao.rooms.parcels.links import FULL, LOOK, tracking_path
from zhoudao.rooms.parcels.models import Parcel, State, TrackingEvent
from zhoudao.rooms.parcels.queries.lists import parcels_of
from zhoudao.rooms.parcels.queries.tracking import said_of
from zhoudao.rooms.repairs.queries.for_customers import repairs_of
from zhoudao.rooms.voice.models import OrderRating

MOST_EVENTS = 40
_BAD = (State.EXCEPTION, State.EXPIRED)
_TODAY = (State.OUT_FOR_DELIVERY, State.AVAILABLE_FOR_PICKUP)  # no guess is needed any more
_WE_ASK = gettext_lazy("We ask the carrier and tell you what comes of it. You need do nothing.")
# What is said while a parcel stands there, and what comes next; what asks for attention first.
_STANDS = (
    (State.EXCEPTION, gettext_lazy("Something went wrong on the way. We are on it."), _WE_ASK),
    (State.EXPIRED, gettext_lazy("We have lost sight of it. We are on it."), _WE_ASK),
    (
        State.ATTEMPT_FAIL,
        gettext_lazy("The courier found nobody."),
        gettext_lazy("The courier tries again, mostly on the next working day."),
    ),
    (
        State.AVAILABLE_FOR_PICKUP,
        gettext_lazy("It waits for you to collect it."),
        gettext_lazy("Collect it where the carrier's message says."),
    ),
    (State.OUT_FOR_DELIVERY, gettext_lazy("It is being brought to you."), gettext_lazy("The courier rings today.")),
)


# What customers want of what has arrived, beside sending it back, which has pages of its own: a case of after-sales.
WISHES = {
    "exchange": gettext_lazy("I want another one instead"),
    "repair": gettext_lazy("It needs a repair"),
    "wrong": gettext_lazy("Something is missing, wrong or damaged"),
}


@frozen
class Step:
    """One step of the order's way; `state` is done, current or next."""

    words: str
    state: str
    at: Moment | None


@frozen
class Said:
    """What a carrier said, as customers read it."""

    at: Moment
    words: str
    text: str
    place: str


@frozen
class CancelledShown:
    """Pieces that are not sent, what is paid back for them (empty: nothing was paid), and whether it was."""

    goods: Sequence[tuple[int, str]]
    back: str
    is_paid_back: bool


@frozen
class ParcelShown:
    """A parcel with what was said of it, newest first."""

    parcel: Parcel
    said: Sequence[Said]
    drawing: Drawing
    expected: Moment | None
    is_bad: bool


def context_of(order: Order, now: datetime, *, is_own: bool) -> dict[str, Any]:
    """All the page says of an order. Only the customer's own link shows what the carrier wrote, and changes it."""
    parcels = list(parcels_of([order.id]))
    said = said_of([one.id for one in parcels])
    zone, (headline, following) = order.store.zone, _told(order, parcels)
    late = order.promised_at is not None and not _is_over(order) and now > order.promised_at
    held = refund_asked(order.id) if order.open_holds else None
    lines = list(order.lines.order_by("position"))
    is_stopped = held is not None and "asked" in held.evidence  # not what a detector found by itself
    if is_stopped:
        headline = _("You asked us to cancel it.")
        following = _("Nothing is sent meanwhile. We look at it and write to you.")
    return {
        "order": order,
        "lines": lines,
        "cancelled": _cancelled(order) if is_own else (),
        "headline": headline,
        "next": following,
        "expected": None if is_stopped else _expected(order, parcels, now),
        "late": moment(order.promised_at, now, zone) if late and order.promised_at else None,
        "runs_late": order.late_at is not None and not late and not parcels and not _is_over(order),
        "steps": _steps(order, parcels, said, now),
        "parcels": [_shown(order, one, said[one.id], now, is_own=is_own) for one in parcels],
        "is_own": is_own,
        "returns": links_of(returns_of(order)) if is_own else (),
        "repairs": repair_links(repairs_of(order)) if is_own else (),
        "may_return": order.fulfilment == Fulfilment.DELIVERED or any(one.delivered_at for one in parcels),
        "wishes": WISHES.items() if order.fulfilment == Fulfilment.DELIVERED else (),
        "rated": OrderRating.objects.filter(order=order).first() if order.fulfilment == Fulfilment.DELIVERED else None,
        "is_over": _is_over(order),
        "may_stop": is_own and not is_stopped and order.is_open and order.fulfilment not in LEFT,
        "may_change": is_own and not is_stopped and order.is_open and order.fulfilment in STILL_HERE,
        "may_cancel_pieces": is_own and not is_stopped and may_try(order) and sum(one.quantity for one in lines) > 1,
        "into": order.merged_into,
        "into_path": tracking_path(order.merged_into.id, FULL if is_own else LOOK) if order.merged_into else "",
        "to": " ".join(filter(None, (order.province, order.city, order.district))),
    }


def _cancelled(order: Order) -> list[CancelledShown]:
    """What was cancelled of it, the newest first (two statements, none where nothing was)."""
    if not order.taken_out_minor and order.commercial != Commercial.CANCELLED:
        return []
    return [
        CancelledShown(
            [(line.quantity, line.name) for line in one.lines.all()],
            Money(one.back_minor, order.currency).format(get_language() or "zh-hans") if one.request else "",
            one.request is not None and one.request.state == ReturnState.REFUNDED,
        )
        for one in cancelled_of(order)
    ]


def _is_over(order: Order) -> bool:
    return order.fulfilment == Fulfilment.DELIVERED or order.commercial == Commercial.CANCELLED


def _told(order: Order, parcels: Sequence[Parcel]) -> tuple[str, str]:
    """The headline, and what comes next and who does it."""
    if order.merged_into is not None:
        words = _("It goes together with your order %(number)s.") % {"number": order.merged_into.number}
        return words, _("You get both at once; its page says where they are.")
    if order.commercial == Commercial.CANCELLED:
        return _("This order was cancelled."), ""
    if order.fulfilment == Fulfilment.DELIVERED:
        return _("It has arrived."), ""
    under_way = [one for one in parcels if one.delivered_at is None]
    for state, headline, then in _STANDS:
        if any(one.state == state for one in under_way):
            return str(headline), str(then)
    if under_way:
        place = next((one.place for one in under_way if one.place), "")
        words = _("It is on its way, now in %(place)s.") % {"place": place} if place else _("It is on its way.")
        return words, _("Next it is brought to you; we write to you that morning.")
    return _still_here(order, has_parts=bool(parcels))


def _still_here(order: Order, *, has_parts: bool) -> tuple[str, str]:
    packed = _("Next it is packed and handed to a carrier.")
    if has_parts:
        return _("A part of it has arrived; the rest follows."), packed
    if order.commercial == Commercial.PLACED:
        return _("We are looking it over."), _("Next we check it and keep the goods for you.")
    if order.fulfilment == Fulfilment.BACKORDERED:
        return _("We are waiting for goods."), packed
    return _("We are getting it ready."), packed


def _expected(order: Order, parcels: Sequence[Parcel], now: datetime) -> Moment | None:
    if _is_over(order):
        return None
    if any(one.state in _TODAY for one in parcels):
        return None
    known = [one.expected_at for one in parcels if one.expected_at and one.delivered_at is None]
    at = max(known) if known else order.promised_at
    return moment(at, now, order.store.zone) if at and at > now else None


def _steps(order: Order, parcels: Sequence[Parcel], said: dict[Any, list[TrackingEvent]], now: datetime) -> list[Step]:
    def at(when: datetime | None) -> Moment | None:
        return moment(when, now, order.store.zone) if when else None

    placed = (pgettext("order step", "Ordered"), order.placed_at)
    if order.merged_into is not None:
        together = pgettext("order step", "Goes with another")
        return [Step(placed[0], "done", at(placed[1])), Step(together, "done", at(order.cancelled_at))]
    if order.commercial == Commercial.CANCELLED:
        return [Step(placed[0], "done", at(placed[1])), Step(_("Cancelled"), "done", at(order.cancelled_at))]
    out = [one.occurred_at for rows in said.values() for one in rows if one.state == State.OUT_FOR_DELIVERY]
    walked: list[tuple[str, datetime | None]] = [
        placed,
        (pgettext("order step", "Checked"), order.approved_at),
        (pgettext("order step", "Left"), order.shipped_at),
        (pgettext("order step", "Out for delivery"), min(out) if out else None),
        (pgettext("order step", "Arrived"), order.delivered_at),
    ]
    last = max(n for n, (_words, when) in enumerate(walked) if when is not None)
    is_there = last == len(walked) - 1
    state = ["done" if n < last or is_there else "current" if n == last else "next" for n in range(len(walked))]
    return [Step(words, state[n], at(when)) for n, (words, when) in enumerate(walked)]


def _shown(
    order: Order, parcel: Parcel, events: Sequence[TrackingEvent], now: datetime, *, is_own: bool
) -> ParcelShown:
    zone = order.store.zone
    said = [
        Said(
            moment(one.occurred_at, now, zone),
            str(State(one.state).label),
            one.text if is_own and one.source not in ("hand", "clock") else "",
            one.place,
        )
        for one in events[:MOST_EVENTS]
    ]
    drawing = where(order, parcel)
    expected = parcel.expected_at if parcel.delivered_at is None and parcel.state not in _TODAY else None
    return ParcelShown(parcel, said, drawing, moment(expected, now, zone) if expected else None, parcel.state in _BAD)
