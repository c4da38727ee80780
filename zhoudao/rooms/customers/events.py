"""What happened to customers."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.kit.frozen import frozen


@frozen
class CustomerMet(Fact):
    """Somebody we did not know."""

    name = "customers.CustomerMet"
    words = _("First contact through %(channel)s")

    channel: str


@frozen
class IdentitiesNoted(Fact):
    """A colleague wrote down by what else somebody is known."""

    name = "customers.IdentitiesNoted"
    words = _("A colleague wrote down how else this customer is known")

    kinds: list[str]
    is_proven: bool


@frozen
class CustomerServed(Fact):
    """A colleague who has the customer before them opened their history."""

    name = "customers.CustomerServed"
    words = _("The history was opened at the counter")


@frozen
class CustomersMerged(Fact):
    """Two customers were found to be one."""

    name = "customers.CustomersMerged"
    words = _("Joined with another customer record")

    loser_id: str
    survivor_id: str


@frozen
class CustomerUnmerged(Fact):
    """A merge was taken back."""

    name = "customers.CustomerUnmerged"
    words = _("Separated again from another customer record")

    loser_id: str
    survivor_id: str


@frozen
class CustomerUnmasked(Fact):
    """Somebody read personal data."""

    name = "customers.CustomerUnmasked"
    words = _("Personal data was shown: %(field)s")

    field: str


@frozen
class ProfileChanged(Fact):
    """Somebody wrote down what the customer prefers or who looks after them; `fields` are names, never values."""

    name = "customers.ProfileChanged"
    words = _("The customer's record was changed")

    fields: list[str]


@frozen
class CustomerErased(Fact):
    """All personal data of a customer was destroyed."""

    name = "customers.CustomerErased"
    words = _("Personal data was erased")

    customers: int
    reason: str = ""


@frozen
class CustomerExported(Fact):
    """All that is held of a customer was handed out, at their request."""

    name = "customers.CustomerExported"
    words = _("All data of this customer was handed out")


@frozen
class OrganisationSaved(Fact):
    """An organisation was made or changed; `fields` are names, never values."""

    name = "customers.OrganisationSaved"
    words = _("The organisation's record was changed")

    fields: list[str]


@frozen
class ContactJoined(Fact):
    """A customer speaks for an organisation from now on."""

    name = "customers.ContactJoined"
    words = _("Became a contact of an organisation")

    sees_all: bool


@frozen
class ContactLeft(Fact):
    """A customer no longer speaks for an organisation."""

    name = "customers.ContactLeft"
    words = _("Is no longer a contact of an organisation")


@frozen
class ContactRefused(Fact):
    """A customer with an address of an organisation does not speak for it."""

    name = "customers.ContactRefused"
    words = _("Does not belong to the organisation of their mail address")
