"""What happens between refunds and payment services."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact


@dataclass(frozen=True)
class RefundSent(Fact):
    """A payment service is told to pay it: from here on nobody pays it otherwise."""

    name: ClassVar[str] = "aftersales.RefundSent"
    words: ClassVar = _("Refund %(refund)s of return %(number)s was given to the payment service %(service)s")
    number: str
    refund: str
    service: str
    is_again: bool


@dataclass(frozen=True)
class RefundAtOdds(Fact):
    """What the payment service says of a settled refund cannot be: nothing is changed, a person looks."""

    name: ClassVar[str] = "aftersales.RefundAtOdds"
    words: ClassVar = _("Refund %(refund)s of return %(number)s: %(trouble)s")
    number: str
    refund: str
    trouble: str


@dataclass(frozen=True)
class PaymentServiceChanged(Fact):
    """A payment service was set up, changed or given new keys."""

    name: ClassVar[str] = "aftersales.PaymentServiceChanged"
    words: ClassVar = _("The payment service %(code)s was set up (%(kind)s)")
    code: str
    kind: str
    is_active: bool
