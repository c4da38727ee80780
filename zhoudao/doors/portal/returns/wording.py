"""Why something was not taken, in the customer's words."""

from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from zhoudao.rooms.aftersales.commands.accepting import OfferChanged
from zhoudao.rooms.aftersales.refusals import (
    AftersalesRefused,
    AlreadyOver,
    CannotSend,
    KeyReused,
    MoreThanDelivered,
    NoListPrice,
    NoPieceChosen,
    NotAPhoto,
    NotPaidYet,
    PaidBackElsewhere,
    PhotosNeeded,
    ReasonUnsaid,
    SwapUnknown,
    TooManyPieces,
)

REFUSED: dict[type[AftersalesRefused], LazyText] = {
    NoPieceChosen: _("Choose what it is about, and how many of it."),
    ReasonUnsaid: _("Say why: the answer depends on it."),
    MoreThanDelivered: _("That is more than has been delivered to you, or a part of it is in another return already."),
    TooManyPieces: _("At most 500 pieces fit in one return. Ask for the rest in another."),
    PhotosNeeded: _("A photo is needed for this reason. Please add one."),
    NotAPhoto: _("These are not all pictures we can open: JPEG, PNG or WebP, each up to 20 MB."),
    NotPaidYet: _("We took no money for this order, so there is none to be paid back here. Write to us, and we help."),
    PaidBackElsewhere: _(
        "Money of this order was paid back another way before, so we cannot work it out here. Write to us, and we help."
    ),
    KeyReused: _("This form was sent before with something else in it. Look at it again and send it as a new one."),
    OfferChanged: _("What we give has changed since you looked. Nothing was sent: look at it again."),
    SwapUnknown: _("We do not know what you want instead. Look at the name or number again."),
    NoListPrice: _("We cannot say here what this costs. Write to us, and we arrange the exchange."),
    CannotSend: _("We cannot send anything for it just now. Write to us, and we help."),
    AlreadyOver: _("This return is too far on for that."),
}


def day_words(day: date) -> str:
    """A day as customers read it."""
    return date_format(day, pgettext("date format", "D j M Y"))
