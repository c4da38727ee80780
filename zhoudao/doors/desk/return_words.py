"""What is said when after-sales refuse something."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

RETURNS: dict[str, LazyText] = {
    "ReturnNotFound": _("There is no such return."),
    "RefundNotFound": _("There is no such refund."),
    "NoPieceChosen": _("Choose what it is about, and how many of it."),
    "ReasonUnsaid": _("Say what is wanted, and why."),
    "MoreThanDelivered": _("That is more than was delivered, or a part of it is in another return already."),
    "TooManyPieces": _("At most five hundred pieces fit in one return; ask for the rest in another."),
    "NotPaidYet": _("No money of this order was taken through us, so none can be paid back here."),
    "PaidBackElsewhere": _("Money of this order was paid back elsewhere before: how much is left is not known here."),
    "PhotosNeeded": _("A photo is needed for this reason."),
    "NotAPhoto": _("This is no picture we can show: JPEG, PNG, WebP or HEIC, at most 20 MB each, at most eight."),
    "AlreadyDecided": _("Somebody has decided this already, or it is over."),
    "AlreadyOver": _("This return is over, or too far on for this."),
    "NotAgreed": _("This return was not agreed to, so nothing is taken in for it."),
    "DeclineUnsaid": _("Say why."),
    "NotExpected": _("This is not in this return, or all of it is here already."),
    "NothingHere": _("Nothing of this return has arrived that is still to be inspected."),
    "FindingUnsound": _(
        "Say in which condition each piece is and what becomes of it; what we never sent goes back, and a loss lies"
        " between 0 and 100 percent."
    ),
    "PostageUnsound": _("Postage is paid back only where it is ours to pay, once, and up to what the policy says."),
    "RefundDecided": _("Somebody has decided on this refund already."),
    "OwnRefund": _("A colleague approves what you asked for."),
    "AboveLimit": _("This is above what you may approve; somebody above you can."),
    "RefundNotReady": _("This refund is not waiting to be paid."),
    "SwapUnknown": _("There is no such item to exchange it for."),
    "NoListPrice": _("This item has no list price in the order's currency: say what it costs ({detail})."),
    "CannotSend": _("Nothing can be sent for it: its store is closed, or who gets it is not known any more."),
    "NothingDue": _("Nothing is still to be paid for a replacement of this return."),
    "AmountUnsound": _("Say an amount above zero, and at most what is left of the price of these pieces."),
    "PaymentServiceTaken": _("There is a payment service with this code already."),
    "PaymentServiceUnsound": _(
        "Currencies are three letters each, such as CNY; where orders come from is a code of letters, digits, - and _."
    ),
    "ReferenceUnsaid": _("Say what the bank or payment service calls the payment."),
    "OfferChanged": _("What this gives has changed since it was shown. Nothing was done: look at it again."),
    "KeyReused": _("This form was sent before with other contents."),
    "NotThatMany": _("That is more than is in the order."),
    "SentForReturn": _("This order is sent for a return: what it sends is decided there."),
    "OwedAnyway": _(
        "What was cancelled is not sent, so its money is owed: refuse this refund only when it was paid another way."
    ),
    "ReturnsStillOpen": _("End these returns first: {detail}"),
    "PickupNotFound": _("There is no such pick-up."),
    "PickupNotOffered": _(
        "Nobody can be sent for this return: a courier service, a place with street and telephone, and terms that say"
        " what it costs are needed."
    ),
    "PickupThere": _("A courier is ordered for this return already."),
    "WindowGone": _("This time cannot be had any more. Choose another one."),
    "SenderUnsound": _("Say who gives it to the courier, under which telephone, and where."),
    "FeeChanged": _("What it costs is otherwise than it was shown. Look at it again."),
    "PickupTooFar": _("It is too late for that: the courier has it, it is over, or a colleague looks after it."),
    "PickupTooOld": _(
        "The courier service was told too long ago: told again it might send a second courier. Look on its own pages."
    ),
    "CourierServiceTaken": _("There is a courier service with this code already."),
    "PickupsStillOpen": _("Call off these pick-ups first: {detail}"),
    "LabelNotFound": _("There is no such prepaid label."),
    "LabelNotOffered": _("No prepaid label is left for this return. Please choose another way to send it."),
    "LabelFeeChanged": _("What it costs is otherwise than it was shown. Look at it again."),
    "CourierComes": _("A courier is ordered for this return. Call the courier off first."),
    "PoolUnsound": _("Say from how many numbers left on you are warned: 0 to 100,000."),
    "NumbersUnsound": _("Nothing was taken: put these rows right and bring the file again."),
    "ColumnsMissing": _("The first row must name the columns; there is none for: {detail}"),
}
