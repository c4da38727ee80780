"""What happens at the front door."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhoudao.ground.eventlog.facts import Fact, name_codes
from zhoudao.kit.frozen import frozen

name_codes(
    {
        "email": pgettext_lazy("signed in by", "a code by mail"),
        "phone": pgettext_lazy("signed in by", "a code to the phone"),
        "app": pgettext_lazy("signed in by", "the company's own app"),
    }
)


@frozen
class SignedIn(Fact):
    """A customer came in; `way` is email, phone or app."""

    name: ClassVar[str] = "entrances.SignedIn"
    words: ClassVar = _("Signed in at the portal by %(way)s")
    way: str


@frozen
class SignedOut(Fact):
    """A customer left, on this many of their devices."""

    name: ClassVar[str] = "entrances.SignedOut"
    words: ClassVar = _("Signed out of the portal")
    devices: int


@frozen
class IdentityProven(Fact):
    """A customer typed the code we sent to a number or address of theirs."""

    name: ClassVar[str] = "entrances.IdentityProven"
    words: ClassVar = _("Proved by %(kind)s how else they are reached")
    kind: str


@frozen
class TileChanged(Fact):
    """What the front door offers was changed."""

    name: ClassVar[str] = "entrances.TileChanged"
    words: ClassVar = _("The tiles of the portal were changed")
    is_deleted: bool


@frozen
class AppKeyMade(Fact):
    """An app of the company's may vouch for its users from now on."""

    name: ClassVar[str] = "entrances.AppKeyMade"
    words: ClassVar = _("An app was given a key to the portal")


@frozen
class AppKeyChanged(Fact):
    """A key's terms or secret were changed; `what` is terms or secret."""

    name: ClassVar[str] = "entrances.AppKeyChanged"
    words: ClassVar = _("An app's key to the portal was changed")
    what: str


@frozen
class AppKeyRevoked(Fact):
    """An app vouches for nobody any more."""

    name: ClassVar[str] = "entrances.AppKeyRevoked"
    words: ClassVar = _("An app's key to the portal was revoked")


@frozen
class GatewayChanged(Fact):
    """The gateway for text messages was set up, changed, or given a new secret."""

    name: ClassVar[str] = "entrances.GatewayChanged"
    words: ClassVar = _("The gateway for text messages was changed")
    is_active: bool
