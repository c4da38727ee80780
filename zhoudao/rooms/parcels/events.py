"""What happens to parcels."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact, name_codes
from zhoudao.rooms.parcels.carriers import CARRIERS
from zhoudao.rooms.parcels.models import State

name_codes({f"carrier_{code}": words for code, words in CARRIERS.items()})
name_codes({f"parcel_{choice.value}": choice.label for choice in State})


def carrier_word(code: str) -> str:
    """A carrier's code as facts carry it, so that sentences name it in the reader's language."""
    return f"carrier_{code}" if code in CARRIERS else code


@dataclass(frozen=True)
class ParcelHandedOver(Fact):
    """A parcel left with a carrier: so many pieces, and so many of the order are still to come. `is_history`: that
    was elsewhere, and nobody is told."""

    name: ClassVar[str] = "parcels.ParcelHandedOver"
    words: ClassVar = _(
        "A parcel of order %(number)s left with %(carrier)s (pieces: %(pieces)s, still to come: %(rest)s)"
    )
    is_quiet: ClassVar[bool] = False
    number: str
    parcel_id: str
    carrier: str
    pieces: int
    rest: int
    is_history: bool = False


@dataclass(frozen=True)
class ParcelRenumbered(Fact):
    """Its carrier or tracking number was put right."""

    name: ClassVar[str] = "parcels.ParcelRenumbered"
    words: ClassVar = _("The tracking number of a parcel of order %(number)s was put right")
    number: str
    parcel_id: str
    carrier: str
