"""What happens to orders."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhoudao.ground.eventlog.facts import Fact, name_codes
from zhoudao.rooms.orders.models import Ending, Outcome, Payment, Reason

REASONS = {
    "customer": pgettext_lazy("cancelled because", "The customer changed their mind"),
    "not_paid": pgettext_lazy("cancelled because", "It was not paid"),
    "no_stock": pgettext_lazy("cancelled because", "It cannot be had"),
    "mistake": pgettext_lazy("cancelled because", "It was ordered by mistake"),
    "other": pgettext_lazy("cancelled because", "Another reason"),
}
FIELDS = {
    "name": pgettext_lazy("corrected", "name"),
    "phone": pgettext_lazy("corrected", "phone"),
    "region": pgettext_lazy("corrected", "region"),
    "address": pgettext_lazy("corrected", "address"),
    "quantity": pgettext_lazy("corrected", "quantity"),
    "price": pgettext_lazy("corrected", "price"),
}
WHY = {
    "rules": pgettext_lazy("allocated", "by the rules"),
    "short": pgettext_lazy("allocated", "goods were missing"),
    "came": pgettext_lazy("allocated", "goods came elsewhere"),
    "split": pgettext_lazy("allocated", "what is there goes ahead"),
    "merged": pgettext_lazy("allocated", "all of it together again"),
    "joined": pgettext_lazy("allocated", "orders go together"),
    "parted": pgettext_lazy("allocated", "orders go each by itself"),
    "stays": pgettext_lazy("allocated", "it lies there already"),
    "near": pgettext_lazy("allocated", "nearer to the customer"),
    "damaged": pgettext_lazy("allocated", "damaged where it was"),
    "busy": pgettext_lazy("allocated", "too much to do there"),
    "customer": pgettext_lazy("allocated", "the customer asks for it"),
    "other": pgettext_lazy("allocated", "another reason"),
}
BY_HAND = ("near", "damaged", "busy", "customer", "other")
name_codes({f"allocated_{code}": words for code, words in WHY.items()})
name_codes({f"order_{code}": words for code, words in REASONS.items()})
name_codes({f"paid_{choice.value}": choice.label for choice in Payment})
name_codes({f"hold_{choice.value}": choice.label for choice in Reason})
name_codes({f"hold_was_{choice.value}": choice.label for choice in Outcome})
name_codes({f"hold_{choice.value}": choice.label for choice in Ending})


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
    """Its first parcel was handed over to a carrier; what each holds, and what is still to come: the parcels' facts."""

    name: ClassVar[str] = "orders.OrderShipped"
    words: ClassVar = _("Order %(number)s is on its way")
    is_quiet: ClassVar[bool] = False
    number: str


@dataclass(frozen=True)
class OrderDelivered(Fact):
    """All of it was delivered. `is_history`: that was elsewhere, and nobody is asked how it was."""

    name: ClassVar[str] = "orders.OrderDelivered"
    words: ClassVar = _("Order %(number)s was delivered")
    is_quiet: ClassVar[bool] = False
    number: str
    is_late: bool
    is_history: bool = False


@dataclass(frozen=True)
class OrderCancelled(Fact):
    """It is not fulfilled; `reason` is a code. `is_history`: that was elsewhere, and nobody is told."""

    name: ClassVar[str] = "orders.OrderCancelled"
    words: ClassVar = _("Order %(number)s was cancelled: %(reason)s")
    is_quiet: ClassVar[bool] = False
    number: str
    reason: str
    is_history: bool = False


@dataclass(frozen=True)
class OrderCompleted(Fact):
    """Nothing more is to be done for it."""

    name: ClassVar[str] = "orders.OrderCompleted"
    words: ClassVar = _("Order %(number)s was completed")
    number: str


@dataclass(frozen=True)
class OrderListTaken(Fact):
    """A list that was handed in has been taken in: so many orders placed, there before, and not taken."""

    name: ClassVar[str] = "orders.OrderListTaken"
    words: ClassVar = _("A list of %(orders)s orders was taken in: %(placed)s placed, %(wrong)s not taken")
    orders: int
    placed: int
    before: int
    wrong: int


@dataclass(frozen=True)
class HoldFellDue(Fact):
    """Nobody ended a hold by its time."""

    name: ClassVar[str] = "orders.HoldFellDue"
    words: ClassVar = _("Order %(number)s is still held past its time: %(reason)s")
    number: str
    hold_id: str
    reason: str
    due_at: str


@dataclass(frozen=True)
class OrderRunsLate(Fact):
    """It has not left, and will hardly arrive by the promised day."""

    name: ClassVar[str] = "orders.OrderRunsLate"
    words: ClassVar = _("Order %(number)s has not left and will hardly arrive by the promised day")
    is_quiet: ClassVar[bool] = False
    number: str
    promised_at: str


@dataclass(frozen=True)
class RecipientSeen(Fact):
    """Somebody read who gets it, in clear."""

    name: ClassVar[str] = "orders.RecipientSeen"
    words: ClassVar = _("The recipient of order %(number)s was shown")
    number: str


@dataclass(frozen=True)
class OrderReviewed(Fact):
    """The detectors have seen it: `found` of it, of which `held` hold it; `rules` is the table's version."""

    name: ClassVar[str] = "orders.OrderReviewed"
    words: ClassVar = _("Order %(number)s was reviewed")
    number: str
    found: list[str]
    held: list[str]
    rules: int
    is_again: bool = False


@dataclass(frozen=True)
class HoldOpened(Fact):
    """It waits for somebody to look. `score` and `figures` are the detector's; None and empty: a person held it."""

    name: ClassVar[str] = "orders.HoldOpened"
    words: ClassVar = _("Order %(number)s was held: %(reason)s")
    number: str
    hold_id: str
    reason: str
    kind: str
    score: float | None
    figures: dict[str, Any]
    due_at: str


@dataclass(frozen=True)
class HoldTaken(Fact):
    """Somebody works on it."""

    name: ClassVar[str] = "orders.HoldTaken"
    words: ClassVar = _("Somebody works on order %(number)s: %(reason)s")
    number: str
    hold_id: str
    reason: str
    owner: str


@dataclass(frozen=True)
class HoldPutBack(Fact):
    """Whoever worked on it does so no more."""

    name: ClassVar[str] = "orders.HoldPutBack"
    words: ClassVar = _("Order %(number)s waits for somebody again: %(reason)s")
    number: str
    hold_id: str
    reason: str


@dataclass(frozen=True)
class HoldEnded(Fact):
    """It holds the order no more; `outcome` is whether something was wrong, `ending` how; `still` others hold it."""

    name: ClassVar[str] = "orders.HoldEnded"
    words: ClassVar = _("Order %(number)s is held no more for: %(reason)s (%(ending)s; %(outcome)s)")
    number: str
    hold_id: str
    reason: str
    ending: str
    outcome: str
    still: int = 0


@dataclass(frozen=True)
class OrderCorrected(Fact):
    """What was wrong in it was put right: which fields, and its sum; `lines` are [line, field, before, after]."""

    name: ClassVar[str] = "orders.OrderCorrected"
    words: ClassVar = _("Order %(number)s was corrected")
    number: str
    fields: list[str]
    lines: list[list[int | str]]
    before_minor: int
    after_minor: int
    currency: str


@dataclass(frozen=True)
class ListPriceSet(Fact):
    """What one of a SKU should cost was set; 0: it is not known any more."""

    name: ClassVar[str] = "orders.ListPriceSet"
    words: ClassVar = _("The list price of %(sku)s was set")
    sku: str
    price_minor: int
    currency: str


@dataclass(frozen=True)
class ApprovalWithdrawn(Fact):
    """It may not be fulfilled for now: something was found after it had been approved."""

    name: ClassVar[str] = "orders.ApprovalWithdrawn"
    words: ClassVar = _("The approval of order %(number)s was withdrawn")
    number: str


@dataclass(frozen=True)
class OrderAllocated(Fact):
    """Where its goods are sent from (codes of places), on which day, and everything that was decided by: `criteria` and
    version and row of their table, `decided` the criterion that made the difference, `plan` {place: {SKU: pieces}},
    `places` as `choices` writes them. Cost in minor units of the house's currency. `waiting` pieces are not there yet.
    """

    name: ClassVar[str] = "orders.OrderAllocated"
    words: ClassVar = _("Order %(number)s is sent from %(sent_from)s: %(why)s")
    number: str
    sent_from: str
    why: str
    packing_date: str
    criteria: str
    rules: int
    row: int | None
    decided: str
    parcels: int
    km: int | None
    cost_minor: int
    waiting: int
    plan: dict[str, dict[str, int]]
    places: list[list[Any]]


@dataclass(frozen=True)
class OrderSplit(Fact):
    """What is there goes ahead (`ready` pieces), the rest follows."""

    name: ClassVar[str] = "orders.OrderSplit"
    words: ClassVar = _("Order %(number)s is sent in parts: %(ready)s pieces go ahead, %(waiting)s follow")
    number: str
    ready: int
    waiting: int


@dataclass(frozen=True)
class OrderMerged(Fact):
    """It is sent in one go again."""

    name: ClassVar[str] = "orders.OrderMerged"
    words: ClassVar = _("Order %(number)s is sent in one go again")
    number: str


@dataclass(frozen=True)
class OrdersMerged(Fact):
    """It carries the lines of other orders too (their numbers) and goes out once; lines and sum are of all of them."""

    name: ClassVar[str] = "orders.OrdersMerged"
    words: ClassVar = _("Order %(number)s goes out together with %(orders)s")
    is_quiet: ClassVar[bool] = False
    number: str
    orders: str
    lines: int
    total_minor: int
    currency: str


@dataclass(frozen=True)
class OrderWentInto(Fact):
    """Its lines go with another order; it is not cancelled, and its customer hears of the other one."""

    name: ClassVar[str] = "orders.OrderWentInto"
    words: ClassVar = _("Order %(number)s goes out with %(into)s")
    number: str
    into: str


@dataclass(frozen=True)
class OrdersSeparated(Fact):
    """It carries its own lines alone again; the sum is its own."""

    name: ClassVar[str] = "orders.OrdersSeparated"
    words: ClassVar = _("Order %(number)s goes out without %(orders)s again")
    is_quiet: ClassVar[bool] = False
    number: str
    orders: str
    lines: int
    total_minor: int
    currency: str


@dataclass(frozen=True)
class OrderCameOutOf(Fact):
    """It goes out by itself again."""

    name: ClassVar[str] = "orders.OrderCameOutOf"
    words: ClassVar = _("Order %(number)s goes out by itself again, not with %(out_of)s")
    number: str
    out_of: str


@dataclass(frozen=True)
class OrderRevised(Fact):
    """It was changed where it was placed: lines and sum before and after."""

    name: ClassVar[str] = "orders.OrderRevised"
    words: ClassVar = _("Order %(number)s was changed in the shop")
    number: str
    lines_before: int
    lines: int
    before_minor: int
    after_minor: int
    currency: str


@dataclass(frozen=True)
class PaymentNoted(Fact):
    """Where its money is, as whoever takes it says."""

    name: ClassVar[str] = "orders.PaymentNoted"
    words: ClassVar = _("The payment of order %(number)s: %(payment)s")
    number: str
    before: str
    payment: str


@dataclass(frozen=True)
class StorefrontChanged(Fact):
    """An online shop that posts its orders was set up, changed or given a new secret."""

    name: ClassVar[str] = "orders.StorefrontChanged"
    words: ClassVar = _("The online shop %(code)s was set up (%(kind)s)")
    code: str
    kind: str
    is_active: bool
