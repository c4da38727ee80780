"""Why something was not taken, in the customer's words."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.rooms.repairs.refusals import (
    KeyReused,
    LineUnknown,
    MoreThanBought,
    NotAPhoto,
    NotDelivered,
    NotNow,
    QuoteAnswered,
    QuoteExpired,
    QuoteGone,
    RepairRefused,
    SerialUnsound,
    SymptomUnsaid,
)

REFUSED: dict[type[RepairRefused], LazyText] = {
    LineUnknown: _("Choose what it is about."),
    NotDelivered: _("It has not arrived yet. Write to us, and we help."),
    SerialUnsound: _("A serial number has 4 to 40 letters and digits. Leave it empty if you cannot read it."),
    MoreThanBought: _("Another device of this order has another serial number already. Look at yours again."),
    SymptomUnsaid: _("Say what is wrong with it."),
    NotAPhoto: _("These are not all pictures we can open: JPEG, PNG, WebP or HEIC, each up to 20 MB, at most eight."),
    KeyReused: _("This form was sent before with something else in it. Look at it again and send it as a new one."),
    NotNow: _("This repair is too far on for that."),
    QuoteGone: _("The price has changed since you looked. Nothing was agreed to: here is the new quote."),
    QuoteExpired: _("This quote is not valid any more. Write to us, and you get a new one."),
    QuoteAnswered: _("You have answered this quote already."),
}


def refused_words(refusal: RepairRefused) -> str:
    """Why, as its customer reads it."""
    return str(REFUSED.get(type(refusal)) or _("This is not possible just now. Write to us, and we help."))
