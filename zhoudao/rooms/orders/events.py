"""What happens to orders."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhoudao.ground.eventlog.facts import Fact, name_codes

REASONS = {
    "customer": pgettext_lazy("cancelled because", "The customer changed their mind"),
    "not_paid": pgettext_lazy("cancelled because", "It was not paid"),
    "no_stock": pgettext_lazy("cancelled because", "It cannot be had"),
    "mistake": pgettext_lazy("cancelled because", "It was ordered by mistake"),
    "other": pgettext_lazy("cancelled because", "Another reason"),
}
name_codes({f"order_{code}": words for code, words in REASONS.items()})


@dataclass(frozen=True)
class OrderPlaced(Fact):
    """Somebody bought something. `is_history`: it was brought in from elsewhere, and nobody is told."""

    name: ClassVar[str] = "orders.OrderPlaced"
    words: ClassVar = _("Order %(number)s was placed")
    is_quiet: ClassVar[bool] = False
    number: str
    source: str
    lines: int
    total_minor: int
    currency: str
    is_history: bool = False


@dataclass(frozen=True)
class OrderRepeatRefused(Fact):
    """The same source and number came again with other contents; `total_minor` is what those would have cost."""

    name: ClassVar[str] = "orders.OrderRepeatRefused"
    words: ClassVar = _("Order %(number)s came again with other contents (%(lines)s lines), which were refused")
    number: str
    lines: int
    total_minor: int
    currency: str
    differs: list[str]


@dataclass(frozen=True)
class OrderApproved(Fact):
    """It may be fulfilled."""

    name: ClassVar[str] = "orders.OrderApproved"
    words: ClassVar = _("Order %(number)s was approved")
    number: str


@dataclass(frozen=True)
class OrderShipped(Fact):
    """All of it was handed over to a carrier."""

    name: ClassVar[str] = "orders.OrderShipped"
    words: ClassVar = _("Order %(number)s is on its way")
    is_quiet: ClassVar[bool] = False
    number: str


@dataclass(frozen=True)
class OrderDelivered(Fact):
    """All of it was delivered."""

    name: ClassVar[str] = "orders.OrderDelivered"
    words: ClassVar = _("Order %(number)s was delivered")
    is_quiet: ClassVar[bool] = False
    number: str
    is_late: bool


@dataclass(frozen=True)
class OrderCancelled(Fact):
    """It is not fulfilled; `reason` is a code."""

    name: ClassVar[str] = "orders.OrderCancelled"
    words: ClassVar = _("Order %(number)s was cancelled: %(reason)s")
    is_quiet: ClassVar[bool] = False
    number: str
    reason: str


@dataclass(frozen=True)
class OrderCompleted(Fact):
    """Nothing more is to be done for it."""

    name: ClassVar[str] = "orders.OrderCompleted"
    words: ClassVar = _("Order %(number)s was completed")
    number: str


@dataclass(frozen=True)
class RecipientSeen(Fact):
    """Somebody read who gets it, in clear."""

    name: ClassVar[str] = "orders.RecipientSeen"
    words: ClassVar = _("The recipient of order %(number)s was shown")
    number: str
