"""What happens to pick-ups."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact


@dataclass(frozen=True)
class PickupAsked(Fact):
    """A courier is to fetch a return at a time that was chosen; the customer pays `fee_minor`. `is_moved`: instead of
    one that was called off for it.
    """

    name: ClassVar[str] = "pickups.PickupAsked"
    words: ClassVar = _("Pick-up %(pickup)s of return %(number)s was asked for, for %(starts_at)s")
    is_quiet: ClassVar[bool] = False
    number: str
    pickup: str
    starts_at: str
    fee_minor: int
    currency: str
    is_moved: bool


@dataclass(frozen=True)
class PickupBooked(Fact):
    """The service has it: a courier will come."""

    name: ClassVar[str] = "pickups.PickupBooked"
    words: ClassVar = _("Pick-up %(pickup)s of return %(number)s is ordered with %(carrier)s for %(starts_at)s")
    is_quiet: ClassVar[bool] = False
    number: str
    pickup: str
    carrier: str
    starts_at: str


@dataclass(frozen=True)
class PickupAssigned(Fact):
    """The courier is named, or another one is."""

    name: ClassVar[str] = "pickups.PickupAssigned"
    words: ClassVar = _("Pick-up %(pickup)s of return %(number)s has its courier")
    is_quiet: ClassVar[bool] = False
    number: str
    pickup: str


@dataclass(frozen=True)
class PickupCollected(Fact):
    """The courier has the goods. `fee_minor` is what the customer pays for it."""

    name: ClassVar[str] = "pickups.PickupCollected"
    words: ClassVar = _("Pick-up %(pickup)s of return %(number)s was fetched by %(carrier)s")
    is_quiet: ClassVar[bool] = False
    number: str
    pickup: str
    carrier: str
    fee_minor: int
    currency: str


@dataclass(frozen=True)
class PickupCalledOff(Fact):
    """No courier comes, as it was wanted."""

    name: ClassVar[str] = "pickups.PickupCalledOff"
    words: ClassVar = _("Pick-up %(pickup)s of return %(number)s was called off: %(reason)s")
    is_quiet: ClassVar[bool] = False
    number: str
    pickup: str
    reason: str


@dataclass(frozen=True)
class PickupFailed(Fact):
    """Nobody comes, though somebody was to."""

    name: ClassVar[str] = "pickups.PickupFailed"
    words: ClassVar = _("Nobody comes for pick-up %(pickup)s of return %(number)s: %(trouble)s")
    is_quiet: ClassVar[bool] = False
    number: str
    pickup: str
    trouble: str


@dataclass(frozen=True)
class PickupStuck(Fact):
    """Nobody knows whether a courier comes: a person looks."""

    name: ClassVar[str] = "pickups.PickupStuck"
    words: ClassVar = _("Pick-up %(pickup)s of return %(number)s needs a person: %(trouble)s")
    number: str
    pickup: str
    trouble: str


@dataclass(frozen=True)
class PickupSentAgain(Fact):
    """A person had the service asked about it again."""

    name: ClassVar[str] = "pickups.PickupSentAgain"
    words: ClassVar = _("Pick-up %(pickup)s of return %(number)s was given to the courier service again")
    number: str
    pickup: str


@dataclass(frozen=True)
class CourierServiceChanged(Fact):
    """A courier service was set up, changed or given new keys."""

    name: ClassVar[str] = "pickups.CourierServiceChanged"
    words: ClassVar = _("The courier service %(code)s was set up (%(kind)s)")
    code: str
    kind: str
    is_active: bool
