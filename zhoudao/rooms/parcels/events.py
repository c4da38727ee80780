"""What happens to parcels."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhoudao.ground.eventlog.facts import Fact, name_codes
from zhoudao.rooms.parcels.carriers import CARRIERS
from zhoudao.rooms.parcels.models import State

name_codes({f"carrier_{code}": words for code, words in CARRIERS.items()})
name_codes({f"parcel_{choice.value}": choice.label for choice in State})
name_codes(
    {
        "parcel_late": pgettext_lazy("parcel", "it will hardly arrive in time"),
        "parcel_stuck": pgettext_lazy("parcel", "it stands still"),
    }
)


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


@dataclass(frozen=True)
class ParcelMoved(Fact):
    """It stands elsewhere than before, as its carrier says; `state` and `before` are codes of where."""

    name: ClassVar[str] = "parcels.ParcelMoved"
    words: ClassVar = _("A parcel of order %(number)s: %(state)s")
    is_quiet: ClassVar[bool] = False
    number: str
    parcel_id: str
    carrier: str
    state: str
    before: str
    is_history: bool = False
    heard_at: str = ""  # when we were told, which may be much later


@dataclass(frozen=True)
class TrackingSourceChanged(Fact):
    """Somebody who tells where parcels are was set up, changed or given a new secret."""

    name: ClassVar[str] = "parcels.TrackingSourceChanged"
    words: ClassVar = _("The source of tracking %(code)s was set up (%(kind)s)")
    code: str
    kind: str
    is_active: bool


@dataclass(frozen=True)
class ParcelFlagged(Fact):
    """Before anybody asked: it stands still, or is as likely late as not. `due_at` is what was promised or expected."""

    name: ClassVar[str] = "parcels.ParcelFlagged"
    words: ClassVar = _("A parcel of order %(number)s: %(flag)s")
    is_quiet: ClassVar[bool] = False
    number: str
    parcel_id: str
    carrier: str
    flag: str
    due_at: str | None
    is_history: bool = False
