"""Why something was not taken, in the customer's words."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.rooms.repairs.kinds import ReadState
from zhoudao.rooms.repairs.models import PhotoReading
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
    TooManyReadings,
)

REFUSED: dict[type[RepairRefused], LazyText] = {
    LineUnknown: _("Choose what it is about."),
    NotDelivered: _("It has not arrived yet. Write to us, and we help."),
    SerialUnsound: _("A serial number has 4 to 40 letters and digits. Leave it empty if you cannot read it."),
    MoreThanBought: _("Another device of this order has another serial number already. Look at yours again."),
    SymptomUnsaid: _("Say what is wrong with it."),
    NotAPhoto: _("These are not all pictures we can open: JPEG, PNG, WebP or HEIC, each up to 20 MB, at most eight."),
    TooManyReadings: _("So many photos were read already. Please type what stands on the plate."),
    KeyReused: _("This form was sent before with something else in it. Look at it again and send it as a new one."),
    NotNow: _("This repair is too far on for that."),
    QuoteGone: _("The price has changed since you looked. Nothing was agreed to: here is the new quote."),
    QuoteExpired: _("This quote is not valid any more. Write to us, and you get a new one."),
    QuoteAnswered: _("You have answered this quote already."),
}

_UNREAD: dict[str, LazyText] = {
    "broken": _("This picture is damaged or did not arrive whole. Take it again, or type the number."),
    "too_large": _("This picture has too many pixels. Take it with less, or type the number."),
    "too_small": _("There is nothing to be seen on a picture as small as this. Take it again from near."),
    "moves": _("This is a moving picture. Take a photo, or type the number."),
    "unknown": _("We cannot read pictures of this kind (JPEG, PNG and WebP we can). A colleague will look at it."),
}
_ASKED: dict[str, LazyText] = {
    "nothing": _("We found no serial number on this photo. Take it again from near, or type the number."),
    "unconfirmed": _("We cannot be sure of the serial number on this photo. Please type it as the plate says."),
    "ambiguous": _("This photo may show several serial numbers. Please type the one of your device."),
    "no_pattern": _("We do not know what serial numbers of this product look like. Please type it."),
}


def read_words(one: PhotoReading) -> tuple[bool, str]:
    """What was read off a photo, or what is asked instead; and whether something was."""
    if one.state == ReadState.UNREAD:
        return False, str(_UNREAD.get(one.fault) or _("We could not read this photo. Please type the number."))
    found = [
        _("Serial number %(serial)s") % {"serial": one.serial} if one.serial else "",
        _("Error code %(code)s") % {"code": one.error_code} if one.error_code else "",
    ]
    if any(found):
        return True, " · ".join(filter(None, found))
    if one.offered:
        words = _("It looks like %(serial)s, but nothing confirms it. Please type it as the plate says.")
        return False, words % {"serial": one.offered}
    return False, str(_ASKED.get(one.serial_why, _ASKED["nothing"]))


def refused_words(refusal: RepairRefused) -> str:
    """Why, as its customer reads it."""
    return str(REFUSED.get(type(refusal)) or _("This is not possible just now. Write to us, and we help."))
