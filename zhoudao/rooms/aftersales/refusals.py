"""What after-sales refuse, by name."""

from collections.abc import Sequence


class AftersalesRefused(Exception):
    """This is not possible for this return."""


class ReturnNotFound(AftersalesRefused):
    """There is no such return."""


class RefundNotFound(AftersalesRefused):
    """There is no such refund."""


class NoPieceChosen(AftersalesRefused):
    """Choose what it is about, and how many of it."""


class ReasonUnsaid(AftersalesRefused):
    """Say what is wanted, and why."""


class MoreThanDelivered(AftersalesRefused):
    """That is more than was delivered, or a part of it is in another return already."""


class TooManyPieces(AftersalesRefused):
    """At most five hundred pieces fit in one return; ask for the rest in another."""


class NotPaidYet(AftersalesRefused):
    """No money of this order was taken through us, so none can be paid back here."""


class NotEligible(AftersalesRefused):
    """The policy does not give this."""

    def __init__(self, why: str) -> None:
        super().__init__(NotEligible.__doc__)
        self.why = why


class PhotosNeeded(AftersalesRefused):
    """A photo is needed for this reason."""


class NotAPhoto(AftersalesRefused):
    """This is no picture we can show: JPEG, PNG, WebP or HEIC, at most 20 MB each, at most eight."""


class KeyReused(AftersalesRefused):
    """This form was sent before with other contents."""


class AlreadyDecided(AftersalesRefused):
    """Somebody has decided this already, or it is over."""


class AlreadyOver(AftersalesRefused):
    """This return is over, or too far on for this."""


class NotAgreed(AftersalesRefused):
    """This return was not agreed to, so nothing is taken in for it."""


class DeclineUnsaid(AftersalesRefused):
    """Say why it is declined."""


class NotExpected(AftersalesRefused):
    """This is not in this return, or all of it is here already."""


class NothingHere(AftersalesRefused):
    """Nothing of this return has arrived that is still to be inspected."""


class FindingUnsound(AftersalesRefused):
    """Say in which condition each piece is, what becomes of it, and what it lost (0 to 100 percent)."""


class PostageUnsound(AftersalesRefused):
    """Postage is paid back only where it is ours to pay, and up to what the policy says."""


class RefundDecided(AftersalesRefused):
    """Somebody has decided on this refund already."""


class OwnRefund(AftersalesRefused):
    """A colleague approves what you asked for."""


class AboveLimit(AftersalesRefused):
    """This is above what you may approve; somebody above you can."""


class RefundNotReady(AftersalesRefused):
    """This refund is not waiting to be paid."""


class ReferenceUnsaid(AftersalesRefused):
    """Say what the bank or payment service calls the payment."""


class WarehouseUnknown(AftersalesRefused):
    """Choose where it was taken in."""


class PaidBackElsewhere(AftersalesRefused):
    """Money of this order was paid back elsewhere before: how much is left is not known here. Pay it back there."""


class ReturnsStillOpen(AftersalesRefused):
    """Returns are still open: somebody has to know whose goods and money these are. End them first."""

    def __init__(self, numbers: Sequence[str]) -> None:
        self.detail = ", ".join(numbers)
        super().__init__(f"{ReturnsStillOpen.__doc__} {self.detail}")


class SwapUnknown(AftersalesRefused):
    """There is no such item to exchange it for."""


class NoListPrice(AftersalesRefused):
    """This item has no list price in the order's currency: nobody can say what the difference is."""

    def __init__(self, sku: str) -> None:
        self.detail = sku
        super().__init__(f"{NoListPrice.__doc__} {sku}")


class CannotSend(AftersalesRefused):
    """Nothing can be sent for it: its store is closed, or who gets it is not known any more."""


class NothingDue(AftersalesRefused):
    """Nothing is still to be paid for a replacement of this return."""


class AmountUnsound(AftersalesRefused):
    """Say an amount above zero, and at most what is left of the price of these pieces."""


class NotThatMany(AftersalesRefused):
    """That is more than is in the order."""


class SentForReturn(AftersalesRefused):
    """This order is sent for a return: what it sends is decided there."""


class OwedAnyway(AftersalesRefused):
    """What was cancelled is not sent, so its money is owed: refuse this refund only when it was paid another way."""


class PaymentServiceTaken(AftersalesRefused):
    """There is a payment service with this code already."""


class PaymentServiceUnsound(AftersalesRefused):
    """Currencies are three letters each, such as CNY; where orders come from is a code of letters, digits, - and _."""
