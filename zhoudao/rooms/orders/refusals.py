"""What orders refuse, by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _


class OrderRefused(Exception):
    """This is not possible for this order."""


class OrderNotFound(OrderRefused):
    """There is no such order."""


class OrderOver(OrderRefused):
    """This order is completed or cancelled already."""


class AlreadyOnItsWay(OrderRefused):
    """The goods have left: they can only be returned."""


class CancelReasonUnknown(OrderRefused):
    """Choose why it is cancelled."""


class OrderHeld(OrderRefused):
    """Something is still to be cleared up: release what holds the order first."""


class HoldNotFound(OrderRefused):
    """Nothing of this kind holds an order."""


class HoldOver(OrderRefused):
    """Somebody has ended this already."""


class HoldTaken(OrderRefused):
    """A colleague works on this."""


class HoldAlreadyOpen(OrderRefused):
    """The order is held for this reason already."""


class HoldUnsaid(OrderRefused):
    """Say why it is held, and until when somebody looks."""


class EndsByItself(OrderRefused):
    """This ends by itself: when the goods are back, or the payment is noted on the page of its return."""


class OutcomeUnsaid(OrderRefused):
    """Say whether something was wrong: the detector learns from it."""


class AlreadyApproved(OrderRefused):
    """It is approved or over already; hold it first to change it."""


class PricesUnsound(OrderRefused):
    """At most two thousand prices at once, each of a SKU, none below zero."""


class AddressUnsound(OrderRefused):
    """This address cannot be delivered to as it is."""


class NothingChanged(OrderRefused):
    """Nothing was changed."""


class PlaceFull(OrderRefused):
    """This place sends no parcel more on that day."""


class NothingToAllocate(OrderRefused):
    """Nothing is kept for this order that could be sent from elsewhere."""


class PlaceUnable(OrderRefused):
    """This place does not have all that is still to be sent, or sends no parcel more this week."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__(f"{PlaceUnable.__doc__} {detail}".strip())


class WhyMoved(OrderRefused):
    """Say why it is sent from another place."""


class NothingAhead(OrderRefused):
    """All of it is there, or none: there is nothing to send ahead."""


class NotInParts(OrderRefused):
    """This order is sent in one go already."""


class NothingTakenOut(OrderRefused):
    """Say how many pieces of which line: at least one, and not all of the order; cancel it for that."""


class PickingBegun(OrderRefused):
    """Somebody has begun to pick it: stop or cancel the whole order, or take single pieces back once they arrived."""


class SentInParts(OrderRefused):
    """This order is sent in several parts: cancel all of it, or take single pieces back once they arrived."""


class ShopOwnsIt(OrderRefused):
    """This order was placed in an online shop: cancel pieces there, and it changes here."""


class LineSpokenFor(OrderRefused):
    """A device or money given back belongs to a line of which nothing would stay: leave one piece of it, or cancel the
    whole order.
    """


class NoneNamed(OrderRefused):
    """Name the orders that go with it, at most nineteen."""


class NotReadyTogether(OrderRefused):
    """Together go approved orders that nobody picks yet, that nothing holds, of which nothing was cancelled and that
    are sent in one go: {detail}.
    """

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__(" ".join((NotReadyTogether.__doc__ or "").format(detail=detail).split()))


class NotOneParcel(OrderRefused):
    """Together go orders of one customer and store to the same person at the same address: not {detail}."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__((NotOneParcel.__doc__ or "").format(detail=detail))


class NotPaidAlike(OrderRefused):
    """Together go orders of one currency that are all paid, or all not paid yet: not {detail}."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__((NotPaidAlike.__doc__ or "").format(detail=detail))


class GoesWithAnother(OrderRefused):
    """This order goes out with {detail}: change that one, or separate them first."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__((GoesWithAnother.__doc__ or "").format(detail=detail))


class OthersGoWithIt(OrderRefused):
    """Other orders go out with this one: separate them first."""


class NothingTogether(OrderRefused):
    """No other order goes with this one."""


class RehearsalUnsound(OrderRefused):
    """Name criteria in an order, such as `parcels, distance:100`, and at most three months."""


class OrdersStillOpen(OrderRefused):
    """Orders are still open: somebody has to know where the goods go. Complete or cancel them first."""

    def __init__(self, numbers: Sequence[str]) -> None:
        self.detail = ", ".join(numbers)
        super().__init__(f"{OrdersStillOpen.__doc__} {self.detail}")


class StorefrontUnsound(OrderRefused):
    """A shop has a code of letters, digits and -, an open store, a currency such as CNY and a secret."""


class StorefrontCodeTaken(OrderRefused):
    """There is a shop with this code already."""


class OrderStoreUnknown(OrderRefused):
    """There is no such store that you take orders for."""


class SubmissionReused(OrderRefused):
    """An order of this source and number came before with other contents. The first stands; this is on its page."""

    def __init__(self, number: str, order_id: UUID) -> None:
        super().__init__(f"{SubmissionReused.__doc__} It is {number}.")
        self.number, self.order_id = number, order_id


@dataclass(frozen=True)
class Fault:
    """What is wrong where: `lines.3.quantity`, counted from 0, and a code of FAULTS."""

    field: str
    code: str


FAULTS: dict[str, LazyText] = {
    "empty": _("Something is missing here."),
    "quantity": _("A quantity is a whole number from 1 to 9,999."),
    "price": _("A price is above zero, in whole cents."),
    "currency": _("All prices of an order are in its one currency."),
    "currency_unknown": _("A currency is three capital letters, such as CNY."),
    "no_lines": _("An order has at least one line."),
    "many_lines": _("An order has at most 500 lines; send the rest as another order."),
    "negative": _("This is not below zero."),
    "large": _("This is more than anything costs."),
    "discount": _("The discount is not above the price of the goods."),
    "tax": _("The tax is a part of the total, not above it."),
    "total": _("Goods less discount plus shipping do not make this total."),
    "contact": _("This is no telephone number, or no mail address."),
    "time": _("This is no time, such as 2026-03-10 14:05."),
    "amount": _("This is no amount, such as 1299.00."),
    "spoiled": _("A spreadsheet cut this number short: format its column as text, and fetch the list again."),
    "disagree": _("The rows of this order say different things here."),
    "word_unknown": _("This word means nothing here: paid or unpaid."),
    "far": _("A promise reaches at most five years ahead."),
    "early": _("It cannot have been placed in the future."),
}


class OrderUnsound(OrderRefused):
    """Some of the order is not acceptable; `faults` say what and where."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(OrderUnsound.__doc__)
        self.faults = tuple(faults)
