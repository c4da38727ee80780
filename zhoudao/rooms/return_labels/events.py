"""What happens to prepaid numbers and the returns they are for."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact


@dataclass(frozen=True)
class LabelTaken(Fact):
    """A return is to be sent with a prepaid label; its customer pays `fee_minor` if it comes with it."""

    name: ClassVar[str] = "return_labels.LabelTaken"
    words: ClassVar = _("Return %(number)s has a prepaid label of %(carrier)s")
    is_quiet: ClassVar[bool] = False
    number: str
    carrier: str
    fee_minor: int
    currency: str


@dataclass(frozen=True)
class LabelPutBack(Fact):
    """A colleague says that the label was never printed: its number may be used for another return."""

    name: ClassVar[str] = "return_labels.LabelPutBack"
    words: ClassVar = _("The prepaid label of return %(number)s was never printed: its number is free again")
    number: str
    carrier: str


@dataclass(frozen=True)
class NumbersBrought(Fact):
    """Prepaid numbers of a carrier were brought in a file."""

    name: ClassVar[str] = "return_labels.NumbersBrought"
    words: ClassVar = _("%(count)s prepaid numbers of %(carrier)s were brought")
    carrier: str
    count: int


@dataclass(frozen=True)
class PoolChanged(Fact):
    """Whether a carrier's labels are offered, or when their lack is heard of, was changed."""

    name: ClassVar[str] = "return_labels.PoolChanged"
    words: ClassVar = _("The prepaid labels of %(carrier)s were set up")
    carrier: str
    is_offered: bool
    warn_at: int


@dataclass(frozen=True)
class PoolRanLow(Fact):
    """Few prepaid numbers of a carrier are left."""

    name: ClassVar[str] = "return_labels.PoolRanLow"
    words: ClassVar = _("Only %(left)s prepaid numbers of %(carrier)s are left")
    carrier: str
    left: int
