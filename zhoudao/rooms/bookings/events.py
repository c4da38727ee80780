"""What happens to bookings, and to what can be booked."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhoudao.ground.eventlog.facts import Fact, name_codes
from zhoudao.kit.frozen import frozen

OUTCOMES = {
    "solved": pgettext_lazy("booking came to", "Done as wanted"),
    "bought": pgettext_lazy("booking came to", "Bought"),
    "follow_up": pgettext_lazy("booking came to", "To be followed up"),
    "repair": pgettext_lazy("booking came to", "Taken in for repair"),
    "not_solved": pgettext_lazy("booking came to", "Could not be solved"),
    "no_interest": pgettext_lazy("booking came to", "No further interest"),
}
name_codes(OUTCOMES | {"served": pgettext_lazy("booking came to", "Served in the store")})
name_codes(
    {
        "by_customer": pgettext_lazy("booking", "by the customer"),
        "by_us": pgettext_lazy("booking", "by us"),
    }
)


@frozen
class BookingMade(Fact):
    """A time was promised; `source` is portal, desk or api."""

    name: ClassVar[str] = "bookings.BookingMade"
    words: ClassVar = _("Booking %(number)s was made for %(starts_at)s")
    is_quiet: ClassVar[bool] = False
    number: str
    service_id: str
    starts_at: str
    source: str


@frozen
class BookingMoved(Fact):
    """It takes place at another time, or with somebody else; `whose` is by_customer or by_us."""

    name: ClassVar[str] = "bookings.BookingMoved"
    words: ClassVar = _("Booking %(number)s was moved %(whose)s from %(was_at)s to %(starts_at)s")
    is_quiet: ClassVar[bool] = False
    number: str
    was_at: str
    starts_at: str
    whose: str


@frozen
class BookingCancelled(Fact):
    """It does not take place; `whose` is by_customer or by_us."""

    name: ClassVar[str] = "bookings.BookingCancelled"
    words: ClassVar = _("Booking %(number)s for %(starts_at)s was cancelled %(whose)s")
    is_quiet: ClassVar[bool] = False
    number: str
    starts_at: str
    whose: str


@frozen
class ComingConfirmed(Fact):
    """They said again that they come."""

    name: ClassVar[str] = "bookings.ComingConfirmed"
    words: ClassVar = _("The customer confirmed booking %(number)s")
    number: str


@frozen
class CustomerArrived(Fact):
    """They are in the store."""

    name: ClassVar[str] = "bookings.CustomerArrived"
    words: ClassVar = _("Arrived for booking %(number)s")
    is_quiet: ClassVar[bool] = False
    number: str
    minutes_early: int


@frozen
class BookingBegun(Fact):
    """What was booked is under way."""

    name: ClassVar[str] = "bookings.BookingBegun"
    words: ClassVar = _("Booking %(number)s is under way")
    number: str


@frozen
class BookingDone(Fact):
    """It took place, with what came of it as a code."""

    name: ClassVar[str] = "bookings.BookingDone"
    words: ClassVar = _("Booking %(number)s took place: %(outcome)s")
    is_quiet: ClassVar[bool] = False
    number: str
    outcome: str


@frozen
class BookingMissed(Fact):
    """They did not come, or could not be reached."""

    name: ClassVar[str] = "bookings.BookingMissed"
    words: ClassVar = _("Nobody came for booking %(number)s at %(starts_at)s")
    is_quiet: ClassVar[bool] = False
    number: str
    starts_at: str


@frozen
class CallLate(Fact):
    """A call was promised for a time and had not been made some minutes after it."""

    name: ClassVar[str] = "bookings.CallLate"
    words: ClassVar = _("The call of booking %(number)s, promised for %(starts_at)s, has not been made")
    is_quiet: ClassVar[bool] = False
    number: str
    starts_at: str


@frozen
class NumberShown(Fact):
    """Whoever was to call was shown the number."""

    name: ClassVar[str] = "bookings.NumberShown"
    words: ClassVar = _("The number to call for booking %(number)s was shown")
    number: str


@frozen
class ToldByText(Fact):
    """A text message left for the customer; `letter` is the kind of a letter."""

    name: ClassVar[str] = "bookings.ToldByText"
    words: ClassVar = _("The customer was told of booking %(number)s by text message")
    number: str
    letter: str


@frozen
class TextsRefused(Fact):
    """The customer wants no more text messages about it."""

    name: ClassVar[str] = "bookings.TextsRefused"
    words: ClassVar = _("The customer wants no text messages about booking %(number)s")
    number: str


@frozen
class ArrivalTakenBack(Fact):
    """An arrival, an absence of the customer or a begin was noted by mistake."""

    name: ClassVar[str] = "bookings.ArrivalTakenBack"
    words: ClassVar = _("What was noted of booking %(number)s was taken back")
    number: str


@frozen
class RemindersChanged(Fact):
    """Customers are reminded at other times from now on."""

    name: ClassVar[str] = "bookings.RemindersChanged"
    words: ClassVar = _("Customers are reminded of bookings at other times")
    first_minutes: int
    second_minutes: int


@frozen
class ServiceChanged(Fact):
    """What can be booked was added, changed or retired."""

    name: ClassVar[str] = "bookings.ServiceChanged"
    words: ClassVar = _("What can be booked was changed")
    is_retired: bool


@frozen
class OfferChanged(Fact):
    """How a store offers a service was changed."""

    name: ClassVar[str] = "bookings.OfferChanged"
    words: ClassVar = _("How the store offers a booking was changed")
    service_id: str
    is_on: bool
