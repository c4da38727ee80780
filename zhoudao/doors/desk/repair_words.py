"""What is said when repairs refuse something."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

REPAIRS: dict[str, LazyText] = {
    "DeviceNotFound": _("There is no such device."),
    "RepairNotFound": _("There is no such repair."),
    "SerialUnsound": _("A serial number has 4 to 40 letters and digits; leave it out if it cannot be read."),
    "SerialTaken": _("Another customer's device has this serial number: settle first whose it is."),
    "MoreThanBought": _("All devices of this line are registered already: look at the serial number again."),
    "DeviceUnsound": _("Say what it is (item number and name), and when it was bought: not in the future."),
    "LineUnknown": _("Choose what it is about."),
    "NotDelivered": _("It has not been delivered yet."),
    "ExtensionUnsound": _("A warranty is extended by 1 to 60 months, with a reason."),
    "NotDisputed": _("Nobody disputes whose device this is."),
    "DeviceDisputed": _("Two customers say this device is theirs: settle that first."),
    "SymptomUnsaid": _("Say what is wrong with it."),
    "TooManyReadings": _("So many photos of this order were read already: type what stands on the plate."),
    "ReadingNotFound": _("Nothing was read off such a photo."),
    "MasksUnsound": _(
        "A pattern has 4 to 40 signs, three of them open: # digit, A letter, * either, = check sign at its end."
    ),
    "SerialsUnsound": _("Serial numbers stand one a line, at most 20,000, of 4 to 40 letters and digits: {detail}"),
    "ErrorCodeUnsound": _("An error code has 2 to 12 letters and digits, and a fault that it means."),
    "AlreadyInRepair": _("A repair of this device is open already: {detail}"),
    "NotNow": _("This repair is not at this step any more; look at it again."),
    "TriageUnsound": _("Say what the fault is, where it is repaired, and how long it takes (5 to 600 minutes)."),
    "QuoteUnsound": _("A quote has amounts above zero and is valid for 1 to 60 days."),
    "NothingToPay": _("The warranty covers this repair: there is nothing to quote."),
    "QuoteGone": _("This quote is not the latest one any more."),
    "QuoteExpired": _("This quote was valid until {detail}."),
    "QuoteAnswered": _("This quote was answered already."),
    "PartsUnsound": _("Say which stock items are needed, and how many of each: at most twenty, 1 to 100 of each."),
    "PartsMissing": _("Parts are still missing: {detail}"),
    "WorkUnsound": _("Say how many minutes it took: 1 to 600."),
    "OwnWork": _("Somebody else than who repaired it checks it."),
    "NameUnsaid": _("Write the name of whoever signs."),
    "SignatureUnsound": _("The signature could not be read: sign again, or tick that it was handed over."),
    "StillToPay": _("It is not paid yet."),
    "RepairsStillOpen": _("End these repairs first: {detail}"),
}
