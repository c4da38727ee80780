"""What bookings refuse, by name."""


class BookingRefused(Exception):
    """This is not possible for this booking."""


class ServiceUnknown(BookingRefused):
    """This cannot be booked here."""


class SlotTaken(BookingRefused):
    """Somebody else was faster: this time is taken."""


class HoldOver(BookingRefused):
    """The time was kept for a few minutes only, and is free again."""


class BookingNotFound(BookingRefused):
    """There is no such booking."""


class BookingOver(BookingRefused):
    """This booking is over."""


class TooLateToChange(BookingRefused):
    """It begins too soon to be changed by the customer."""


class ContactUnsound(BookingRefused):
    """This is no telephone number or mail address; `field` says which."""

    def __init__(self, field: str) -> None:
        super().__init__(ContactUnsound.__doc__)
        self.field = field


class ContactMissing(BookingRefused):
    """Without a name, and a phone number or address, nobody could be told."""


class NotArrived(BookingRefused):
    """Note first that they have arrived."""


class OutcomeUnknown(BookingRefused):
    """Choose what came of it."""


class TooEarly(BookingRefused):
    """It has not begun yet."""


class ServiceUnsound(BookingRefused):
    """A service has a name and lasts five minutes to eight hours; who does it, or a place, is taken."""


class ResourceUnsound(BookingRefused):
    """Places have a name and are between one and fifty."""


class RemindersUnsound(BookingRefused):
    """Reminders lie up to a week before, the first before the second; quiet hours have a beginning and an end."""


class NotYourCall(BookingRefused):
    """The number is shown to whoever promised this call, as long as it is to be made."""


class ResourceInUse(BookingRefused):
    """This is taken by a service that is offered; choose another place there first."""
