"""What happens to returns and refunds."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhoudao.ground.eventlog.facts import Fact, name_codes
from zhoudao.rooms.aftersales.models import Condition, Disposition, Kind
from zhoudao.rooms.aftersales.reasons import Reason

DECLINED_FOR = {
    "too_late": pgettext_lazy("return declined because", "the time for it is over"),
    "used": pgettext_lazy("return declined because", "it was used"),
    "not_ours": pgettext_lazy("return declined because", "it is not from us"),
    "no_evidence": pgettext_lazy("return declined because", "nothing shows the fault"),
    "solved": pgettext_lazy("return declined because", "it was solved otherwise"),
    "other": pgettext_lazy("return declined because", "another reason"),
}
REFUSED_FOR = {
    "amount": pgettext_lazy("refund refused because", "the amount is wrong"),
    "inspection": pgettext_lazy("refund refused because", "it must be inspected again"),
    "twice": pgettext_lazy("refund refused because", "it was paid another way"),
    "other": pgettext_lazy("refund refused because", "another reason"),
}
PAID_OTHERWISE = "twice"
SETTLED_AS = {
    "ours": pgettext_lazy("goods without a return", "Taken into stock"),
    "sent_back": pgettext_lazy("goods without a return", "Sent back"),
    "scrapped": pgettext_lazy("goods without a return", "Scrapped"),
}
name_codes({f"return_{choice.value}": choice.label for choice in (*Kind, *Reason)})
name_codes({f"declined_{code}": words for code, words in DECLINED_FOR.items()})
name_codes({f"refused_{code}": words for code, words in REFUSED_FOR.items()})
name_codes({f"found_{choice.value}": choice.label for choice in Condition})
name_codes({f"becomes_{choice.value}": choice.label for choice in Disposition})
name_codes({f"stray_{code}": words for code, words in SETTLED_AS.items()})


@dataclass(frozen=True)
class ReturnRequested(Fact):
    """Somebody wants to give something back, or its money: so many pieces. `policy` is the version that was asked;
    `is_auto`: it was agreed to at once.
    """

    name: ClassVar[str] = "aftersales.ReturnRequested"
    words: ClassVar = _("Return %(number)s was asked for (%(kind)s): %(reason)s")
    is_quiet: ClassVar[bool] = False
    number: str
    order: str
    kind: str
    reason: str
    pieces: int
    policy: int
    is_auto: bool
    is_exception: bool


@dataclass(frozen=True)
class ReturnApproved(Fact):
    """It was agreed to. `is_green`: the money goes before the goods come."""

    name: ClassVar[str] = "aftersales.ReturnApproved"
    words: ClassVar = _("Return %(number)s was agreed to")
    is_quiet: ClassVar[bool] = False
    number: str
    is_green: bool


@dataclass(frozen=True)
class ReturnDeclined(Fact):
    """It was not agreed to."""

    name: ClassVar[str] = "aftersales.ReturnDeclined"
    words: ClassVar = _("Return %(number)s was declined: %(reason)s")
    is_quiet: ClassVar[bool] = False
    number: str
    reason: str


@dataclass(frozen=True)
class ReturnWithdrawn(Fact):
    """Whoever asked for it does not want it any more."""

    name: ClassVar[str] = "aftersales.ReturnWithdrawn"
    words: ClassVar = _("Return %(number)s was withdrawn")
    is_quiet: ClassVar[bool] = False
    number: str


@dataclass(frozen=True)
class ReturnSent(Fact):
    """The customer sent it, and said with which number."""

    name: ClassVar[str] = "aftersales.ReturnSent"
    words: ClassVar = _("Return %(number)s is on its way back with %(carrier)s")
    is_quiet: ClassVar[bool] = False
    number: str
    carrier: str


@dataclass(frozen=True)
class ReturnReceived(Fact):
    """So many pieces of it arrived, and so many are still to come."""

    name: ClassVar[str] = "aftersales.ReturnReceived"
    words: ClassVar = _("Goods of return %(number)s arrived (pieces: %(pieces)s, still to come: %(rest)s)")
    is_quiet: ClassVar[bool] = False
    number: str
    place: str
    pieces: int
    rest: int


@dataclass(frozen=True)
class ReturnInspected(Fact):
    """What arrived was looked at: pieces accepted and not; `found` counts conditions, `becomes` what is done with
    them.
    """

    name: ClassVar[str] = "aftersales.ReturnInspected"
    words: ClassVar = _("Return %(number)s was inspected (accepted: %(accepted)s, not accepted: %(refused)s)")
    is_quiet: ClassVar[bool] = False
    number: str
    accepted: int
    refused: int
    found: dict[str, int]
    becomes: dict[str, int]


@dataclass(frozen=True)
class BatchFoundOther(Fact):
    """On the label of what came back stands another batch than all of it was packed as."""

    name: ClassVar[str] = "aftersales.BatchFoundOther"
    words: ClassVar = _("Return %(number)s: %(sku)s is of batch %(found)s, and was packed as %(packed)s")
    number: str
    sku: str
    found: str
    packed: str


@dataclass(frozen=True)
class ReturnExpired(Fact):
    """It was never sent in its time. `owed_minor`: what was paid for it in advance."""

    name: ClassVar[str] = "aftersales.ReturnExpired"
    words: ClassVar = _("Return %(number)s was never sent")
    is_quiet: ClassVar[bool] = False
    number: str
    owed_minor: int
    currency: str


@dataclass(frozen=True)
class ReturnRejected(Fact):
    """Nothing of what arrived was accepted: nothing is paid back."""

    name: ClassVar[str] = "aftersales.ReturnRejected"
    words: ClassVar = _("Nothing is paid back for return %(number)s")
    is_quiet: ClassVar[bool] = False
    number: str


@dataclass(frozen=True)
class RefundAsked(Fact):
    """Money is to be paid back, and somebody has to approve it."""

    name: ClassVar[str] = "aftersales.RefundAsked"
    words: ClassVar = _("Refund %(refund)s of return %(number)s waits for approval")
    number: str
    refund: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class RefundApproved(Fact):
    """It may be paid. `is_by_policy`: nobody had to approve it."""

    name: ClassVar[str] = "aftersales.RefundApproved"
    words: ClassVar = _("Refund %(refund)s of return %(number)s was approved")
    number: str
    refund: str
    amount_minor: int
    currency: str
    is_by_policy: bool


@dataclass(frozen=True)
class RefundRefused(Fact):
    """It is not paid so; its money is free again."""

    name: ClassVar[str] = "aftersales.RefundRefused"
    words: ClassVar = _("Refund %(refund)s of return %(number)s was refused: %(reason)s")
    number: str
    refund: str
    amount_minor: int
    currency: str
    reason: str


@dataclass(frozen=True)
class RefundPaid(Fact):
    """The money went back. `is_by_hand`: a person paid it."""

    name: ClassVar[str] = "aftersales.RefundPaid"
    words: ClassVar = _("Refund %(refund)s of return %(number)s was paid")
    is_quiet: ClassVar[bool] = False
    number: str
    refund: str
    amount_minor: int
    currency: str
    is_by_hand: bool


@dataclass(frozen=True)
class RefundStuck(Fact):
    """The payment service does not pay it: a person looks."""

    name: ClassVar[str] = "aftersales.RefundStuck"
    words: ClassVar = _("Refund %(refund)s of return %(number)s cannot be paid: %(trouble)s")
    number: str
    refund: str
    trouble: str


@dataclass(frozen=True)
class StrayFound(Fact):
    """Goods came back that belong to no return, or not to the one whose parcel they lay in."""

    name: ClassVar[str] = "aftersales.StrayFound"
    words: ClassVar = _("Goods of no return were found in %(place)s")
    place: str
    quantity: int


@dataclass(frozen=True)
class StraySettled(Fact):
    """What became of goods that belonged to no return."""

    name: ClassVar[str] = "aftersales.StraySettled"
    words: ClassVar = _("Goods of no return: %(settled)s")
    place: str
    settled: str


@dataclass(frozen=True)
class AsideSettled(Fact):
    """What became of a piece that had been set aside."""

    name: ClassVar[str] = "aftersales.AsideSettled"
    words: ClassVar = _("A piece of return %(number)s that was set aside: %(becomes)s")
    number: str
    sku: str
    becomes: str
