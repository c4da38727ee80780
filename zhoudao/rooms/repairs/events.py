"""What happens to devices and their repairs."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhoudao.ground.eventlog.facts import Fact, name_codes
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.repairs.kinds import Fault, Handing, Place, Symptom

ENDED_FOR = {
    "customer": pgettext_lazy("repair ended because", "the customer does not want it any more"),
    "solved": pgettext_lazy("repair ended because", "it works again"),
    "not_ours": pgettext_lazy("repair ended because", "it is not a device we repair"),
    "parts": pgettext_lazy("repair ended because", "its parts cannot be had any more"),
    "cost": pgettext_lazy("repair ended because", "it would cost more than a new one"),
    "other": pgettext_lazy("repair ended because", "another reason"),
}
READ_WORDS = {
    "code": pgettext_lazy("read off a photo", "its barcode"),
    "registered": pgettext_lazy("read off a photo", "print that the register has"),
    "checked": pgettext_lazy("read off a photo", "print with its check sign"),
    "nothing": pgettext_lazy("read off a photo", "nothing was found"),
    "unconfirmed": pgettext_lazy("read off a photo", "found, and nothing confirms it"),
    "ambiguous": pgettext_lazy("read off a photo", "it may be several"),
    "no_pattern": pgettext_lazy("read off a photo", "nobody has said what its numbers look like"),
    "found": pgettext_lazy("read off a photo", "found"),
    "unread": pgettext_lazy("read off a photo", "the picture could not be read"),
}
name_codes({f"symptom_{choice.value}": choice.label for choice in Symptom})
name_codes({f"fault_{choice.value}": choice.label for choice in Fault})
name_codes({f"repaired_{choice.value}": choice.label for choice in Place})
name_codes({f"handed_{choice.value}": choice.label for choice in Handing})
name_codes({f"read_{code}": words for code, words in READ_WORDS.items()})
name_codes({f"ended_{code}": words for code, words in ENDED_FOR.items()})


@frozen
class DeviceRegistered(Fact):
    """A device became known as a customer's. `is_disputed`: another customer says the same of it."""

    name: ClassVar[str] = "repairs.DeviceRegistered"
    words: ClassVar = _("A device was registered (%(sku)s)")
    sku: str
    is_disputed: bool


@frozen
class WarrantyExtended(Fact):
    """So many months were added to a device's warranty."""

    name: ClassVar[str] = "repairs.WarrantyExtended"
    words: ClassVar = _("The warranty of a device was extended by %(months)s months")
    is_quiet: ClassVar[bool] = False
    sku: str
    months: int
    is_sold: bool


@frozen
class DeviceSettled(Fact):
    """It was settled whose a device is. `is_theirs`: whoever said so later was right."""

    name: ClassVar[str] = "repairs.DeviceSettled"
    words: ClassVar = _("It was settled whose device this is (%(sku)s)")
    sku: str
    is_theirs: bool


@frozen
class DeviceDescribed(Fact):
    """What is known of a device was put right."""

    name: ClassVar[str] = "repairs.DeviceDescribed"
    words: ClassVar = _("What is known of a device was put right (%(sku)s)")
    sku: str


@frozen
class DeviceBatchNoted(Fact):
    """The batch on its label became known; `before`: what was noted until then."""

    name: ClassVar[str] = "repairs.DeviceBatchNoted"
    words: ClassVar = _("The device (%(sku)s) is of batch %(batch)s (noted before: %(before)s)")
    sku: str
    batch: str
    before: str


@frozen
class RepairRequested(Fact):
    """Something is wrong with a device. `is_covered`: its warranty pays; `warranty` is the version that was asked."""

    name: ClassVar[str] = "repairs.RepairRequested"
    words: ClassVar = _("Repair %(number)s was asked for: %(symptom)s")
    is_quiet: ClassVar[bool] = False
    number: str
    order: str
    sku: str
    symptom: str
    is_covered: bool
    warranty: int | None


@frozen
class WarrantyChecked(Fact):
    """Whether the warranty covers a repair was answered, by the table or by a person."""

    name: ClassVar[str] = "repairs.WarrantyChecked"
    words: ClassVar = _("The warranty of repair %(number)s was checked: %(why)s")
    number: str
    is_covered: bool
    why: str


@frozen
class RepairTriaged(Fact):
    """A person said what the fault is. `proposed` is what the table said, `confidence` how sure it was (0 to 100)."""

    name: ClassVar[str] = "repairs.RepairTriaged"
    words: ClassVar = _("Repair %(number)s was judged: %(fault)s, %(place)s")
    is_quiet: ClassVar[bool] = False
    number: str
    fault: str
    proposed: str
    confidence: int
    is_corrected: bool
    place: str
    minutes: int
    is_covered: bool


@frozen
class QuoteSent(Fact):
    """The customer was told what it would cost."""

    name: ClassVar[str] = "repairs.QuoteSent"
    words: ClassVar = _("A quote for repair %(number)s was sent")
    is_quiet: ClassVar[bool] = False
    number: str
    quote: str
    total_minor: int
    currency: str


@frozen
class QuoteAccepted(Fact):
    """The customer agreed to pay it."""

    name: ClassVar[str] = "repairs.QuoteAccepted"
    words: ClassVar = _("The quote for repair %(number)s was accepted")
    is_quiet: ClassVar[bool] = False
    number: str
    quote: str
    total_minor: int
    currency: str


@frozen
class QuoteDeclined(Fact):
    """The customer does not want to pay it: the repair ends."""

    name: ClassVar[str] = "repairs.QuoteDeclined"
    words: ClassVar = _("The quote for repair %(number)s was declined")
    is_quiet: ClassVar[bool] = False
    number: str
    quote: str
    total_minor: int
    currency: str


@frozen
class PartsAwaited(Fact):
    """So many parts are kept for it, and so many are still to come."""

    name: ClassVar[str] = "repairs.PartsAwaited"
    words: ClassVar = _("Parts for repair %(number)s: %(held)s are kept, %(missing)s are missing")
    number: str
    held: int
    missing: int


@frozen
class PartsTaken(Fact):
    """So many parts left the warehouse for it."""

    name: ClassVar[str] = "repairs.PartsTaken"
    words: ClassVar = _("Parts were taken for repair %(number)s (%(pieces)s)")
    number: str
    pieces: int


@frozen
class PartsReturned(Fact):
    """So many parts were not needed and went back to the warehouse."""

    name: ClassVar[str] = "repairs.PartsReturned"
    words: ClassVar = _("Parts of repair %(number)s went back to stock (%(pieces)s)")
    number: str
    pieces: int


@frozen
class RepairBegun(Fact):
    """Somebody works on it."""

    name: ClassVar[str] = "repairs.RepairBegun"
    words: ClassVar = _("Work on repair %(number)s began")
    is_quiet: ClassVar[bool] = False
    number: str


@frozen
class WorkLogged(Fact):
    """So many minutes were worked on it."""

    name: ClassVar[str] = "repairs.WorkLogged"
    words: ClassVar = _("%(minutes)s minutes were worked on repair %(number)s")
    number: str
    minutes: int


@frozen
class RepairDone(Fact):
    """Whoever worked on it is done. Not `is_solved`: it is judged anew."""

    name: ClassVar[str] = "repairs.RepairDone"
    words: ClassVar = _("Work on repair %(number)s ended")
    is_quiet: ClassVar[bool] = False
    number: str
    is_solved: bool
    minutes: int
    place: str


@frozen
class RepairChecked(Fact):
    """Somebody else looked at the work. Not `is_passed`: it is repaired again."""

    name: ClassVar[str] = "repairs.RepairChecked"
    words: ClassVar = _("Repair %(number)s was checked")
    is_quiet: ClassVar[bool] = False
    number: str
    is_passed: bool


@frozen
class DeviceHandedBack(Fact):
    """Its customer has it again, or it is on its way to them."""

    name: ClassVar[str] = "repairs.DeviceHandedBack"
    words: ClassVar = _("The device of repair %(number)s was handed back: %(handing)s")
    is_quiet: ClassVar[bool] = False
    number: str
    handing: str


@frozen
class RepairSignedOff(Fact):
    """The customer signed for it. `is_drawn`: with a signature; else by name."""

    name: ClassVar[str] = "repairs.RepairSignedOff"
    words: ClassVar = _("Repair %(number)s was signed for")
    is_quiet: ClassVar[bool] = False
    number: str
    is_drawn: bool


@frozen
class RepairPaid(Fact):
    """What the quote asked for was paid, as a person noted."""

    name: ClassVar[str] = "repairs.RepairPaid"
    words: ClassVar = _("Repair %(number)s was paid")
    is_quiet: ClassVar[bool] = False
    number: str
    amount_minor: int
    currency: str


@frozen
class RepairClosed(Fact):
    """It is over. `ending`: closed (repaired), declined or beyond; `reason` where there is one."""

    name: ClassVar[str] = "repairs.RepairClosed"
    words: ClassVar = _("Repair %(number)s is over")
    is_quiet: ClassVar[bool] = False
    number: str
    ending: str
    reason: str


@frozen
class RepairCancelled(Fact):
    """It is not repaired after all."""

    name: ClassVar[str] = "repairs.RepairCancelled"
    words: ClassVar = _("Repair %(number)s was cancelled: %(reason)s")
    is_quiet: ClassVar[bool] = False
    number: str
    reason: str


@frozen
class PhotoRead(Fact):
    """A photo was read. `serial` is what came of its serial number: what confirmed it, or why it is asked for; `error`
    the error code that was found, or why there is none.
    """

    name: ClassVar[str] = "repairs.PhotoRead"
    words: ClassVar = _("A photo was read: serial number: %(serial)s; error code: %(error)s")
    sku: str
    serial: str
    error: str


@frozen
class ErrorCodeNoted(Fact):
    """The error code a photo shows was noted on a repair."""

    name: ClassVar[str] = "repairs.ErrorCodeNoted"
    words: ClassVar = _("Error code %(code)s was noted on repair %(number)s")
    number: str
    code: str


@frozen
class SerialMasksSet(Fact):
    """It was said what the serial numbers of a product look like."""

    name: ClassVar[str] = "repairs.SerialMasksSet"
    words: ClassVar = _("What serial numbers of %(sku)s look like was set: %(masks)s")
    sku: str
    masks: str


@frozen
class SerialsListed(Fact):
    """So many serial numbers that a product was made with were added to its register."""

    name: ClassVar[str] = "repairs.SerialsListed"
    words: ClassVar = _("%(count)s serial numbers of %(sku)s were registered")
    sku: str
    count: int


@frozen
class ErrorCodeSet(Fact):
    """It was said what an error code of a product means."""

    name: ClassVar[str] = "repairs.ErrorCodeSet"
    words: ClassVar = _("Error code %(code)s of %(sku)s means: %(fault)s")
    sku: str
    code: str
    fault: str


@frozen
class ErrorCodeDropped(Fact):
    """An error code of a product means nothing any more."""

    name: ClassVar[str] = "repairs.ErrorCodeDropped"
    words: ClassVar = _("Error code %(code)s of %(sku)s was taken out")
    sku: str
    code: str
