"""What repairs refuse, by name."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID


class RepairRefused(Exception):
    """This is not possible for this repair."""


class DeviceNotFound(RepairRefused):
    """There is no such device."""


class RepairNotFound(RepairRefused):
    """There is no such repair."""


class SerialUnsound(RepairRefused):
    """A serial number has 4 to 40 letters and digits; leave it out if it cannot be read."""


class SerialTaken(RepairRefused):
    """Another customer's device has this serial number: settle first whose it is."""


class MoreThanBought(RepairRefused):
    """All devices of this line are registered already: choose one of them."""


class DeviceUnsound(RepairRefused):
    """Say what it is (item number and name), and when it was bought: not in the future."""


class LineUnknown(RepairRefused):
    """Choose what it is about."""


class NotDelivered(RepairRefused):
    """It has not been delivered yet."""


class ExtensionUnsound(RepairRefused):
    """A warranty is extended by 1 to 60 months, with a reason."""


class NotDisputed(RepairRefused):
    """Nobody disputes whose device this is."""


class DeviceDisputed(RepairRefused):
    """Two customers say this device is theirs: settle that first."""


class SymptomUnsaid(RepairRefused):
    """Say what is wrong with it."""


class NotAPhoto(RepairRefused):
    """This is no picture we can show: JPEG, PNG, WebP or HEIC, at most 20 MB each, at most eight."""


class TooManyReadings(RepairRefused):
    """So many photos were read already: type what stands on the plate."""


class ReadingNotFound(RepairRefused):
    """Nothing was read off such a photo."""


class MasksUnsound(RepairRefused):
    """A pattern has 4 to 40 signs, three of them open: # a digit, A a letter, * either, = a check sign at its end."""


class SerialsUnsound(RepairRefused):
    """Serial numbers stand one a line, at most 20,000 at once, each of 4 to 40 letters and digits: {detail}."""

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__((SerialsUnsound.__doc__ or "").format(detail=detail))


class ErrorCodeUnsound(RepairRefused):
    """An error code has 2 to 12 letters and digits, and a fault that it means."""


class KeyReused(RepairRefused):
    """This form was sent before with other contents."""


class AlreadyInRepair(RepairRefused):
    """A repair of this device is open already."""

    def __init__(self, repair_id: UUID, number: str) -> None:
        self.repair_id, self.detail = repair_id, number
        super().__init__(f"{AlreadyInRepair.__doc__} ({number})")


class NotNow(RepairRefused):
    """This repair is not at this step."""


class TriageUnsound(RepairRefused):
    """Say what the fault is, where it is repaired, and how long it takes (5 to 600 minutes)."""


class QuoteUnsound(RepairRefused):
    """A quote has amounts above zero and is valid for 1 to 60 days."""


class NothingToPay(RepairRefused):
    """The warranty covers this repair: there is nothing to quote."""


class QuoteGone(RepairRefused):
    """This quote is not the latest one any more."""


class QuoteExpired(RepairRefused):
    """This quote was valid until {day}."""

    def __init__(self, day: date) -> None:
        self.detail = f"{day:%Y-%m-%d}"
        super().__init__((QuoteExpired.__doc__ or "").format(day=self.detail))


class QuoteAnswered(RepairRefused):
    """This quote was answered already."""


class PartsUnsound(RepairRefused):
    """Say which stock items are needed, and how many of each: at most twenty, 1 to 100 of each."""


class PartsMissing(RepairRefused):
    """Parts are still missing: {detail}."""

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__((PartsMissing.__doc__ or "").format(detail=detail))


class WorkUnsound(RepairRefused):
    """Say how many minutes it took: 1 to 600."""


class OwnWork(RepairRefused):
    """Somebody else than who repaired it checks it."""


class NameUnsaid(RepairRefused):
    """Write the name of whoever signs."""


class SignatureUnsound(RepairRefused):
    """The signature could not be read: sign again, or tick that it was handed over."""


class ReferenceUnsaid(RepairRefused):
    """Say what the receipt or payment is called."""


class StillToPay(RepairRefused):
    """It is not paid yet."""


class ReasonUnsaid(RepairRefused):
    """Say why."""


class RepairsStillOpen(RepairRefused):
    """Repairs are still open: somebody has to know whose device this is. End them first."""

    def __init__(self, numbers: Sequence[str]) -> None:
        self.detail = ", ".join(numbers)
        super().__init__(f"{RepairsStillOpen.__doc__} {self.detail}")
