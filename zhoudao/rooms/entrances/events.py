"""What happens at the front door."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhoudao.ground.eventlog.facts import Fact, name_codes

name_codes(
    {
        "email": pgettext_lazy("signed in by", "a code by mail"),
        "phone": pgettext_lazy("signed in by", "a code to the phone"),
        "app": pgettext_lazy("signed in by", "the company's own app"),
    }
)


@dataclass(frozen=True)
class SignedIn(Fact):
    """A customer came in; `way` is email, phone or app."""

    name: ClassVar[str] = "entrances.SignedIn"
    words: ClassVar = _("Signed in at the portal by %(way)s")
    way: str


@dataclass(frozen=True)
class SignedOut(Fact):
    """A customer left, on this many of their devices."""

    name: ClassVar[str] = "entrances.SignedOut"
    words: ClassVar = _("Signed out of the portal")
    devices: int


@dataclass(frozen=True)
class IdentityProven(Fact):
    """A customer typed the code we sent to a number or address of theirs."""

    name: ClassVar[str] = "entrances.IdentityProven"
    words: ClassVar = _("Proved by %(kind)s how else they are reached")
    kind: str


@dataclass(frozen=True)
class TileChanged(Fact):
    """What the front door offers was changed."""

    name: ClassVar[str] = "entrances.TileChanged"
    words: ClassVar = _("The tiles of the portal were changed")
    is_deleted: bool


@dataclass(frozen=True)
class AppKeyMade(Fact):
    """An app of the company's may vouch for its users from now on."""

    name: ClassVar[str] = "entrances.AppKeyMade"
    words: ClassVar = _("An app was given a key to the portal")


@dataclass(frozen=True)
class AppKeyChanged(Fact):
    """A key's terms or secret were changed; `what` is terms or secret."""

    name: ClassVar[str] = "entrances.AppKeyChanged"
    words: ClassVar = _("An app's key to the portal was changed")
    what: str


@dataclass(frozen=True)
class AppKeyRevoked(Fact):
    """An app vouches for nobody any more."""

    name: ClassVar[str] = "entrances.AppKeyRevoked"
    words: ClassVar = _("An app's key to the portal was revoked")


@dataclass(frozen=True)
class GatewayChanged(Fact):
    """The gateway for text messages was set up, changed, or given a new secret."""

    name: ClassVar[str] = "entrances.GatewayChanged"
    words: ClassVar = _("The gateway for text messages was changed")
    is_active: bool
