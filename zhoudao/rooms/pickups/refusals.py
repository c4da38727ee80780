"""What pick-ups refuse, by name."""

from collections.abc import Sequence


class PickupRefused(Exception):
    """This is not possible for this pick-up."""


class PickupNotFound(PickupRefused):
    """There is no such pick-up."""


class PickupNotOffered(PickupRefused):
    """Nobody can be sent for this return."""


class PickupThere(PickupRefused):
    """A courier is ordered for this return already."""


class WindowGone(PickupRefused):
    """Choose one of the times that are offered."""


class SenderUnsound(PickupRefused):
    """Say who gives it to the courier, under which telephone, and where."""


class FeeChanged(PickupRefused):
    """What it costs is otherwise than it was shown."""


class PickupTooFar(PickupRefused):
    """It is too late for that: the courier has it, it is over, or a colleague looks after it."""


class PickupTooOld(PickupRefused):
    """The service was told too long ago: told again it might send a second courier. Look on its own pages."""


class CourierServiceTaken(PickupRefused):
    """There is a courier service with this code already."""


class PickupsStillOpen(PickupRefused):
    """Couriers are still ordered: call them off first."""

    def __init__(self, numbers: Sequence[str]) -> None:
        self.detail = ", ".join(numbers)
        super().__init__(f"{PickupsStillOpen.__doc__} {self.detail}")
