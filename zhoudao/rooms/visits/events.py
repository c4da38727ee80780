"""What happens to visits and to a store's queue."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhoudao.ground.eventlog.facts import Fact, name_codes
from zhoudao.kit.frozen import frozen

name_codes(
    {
        "by_themselves": pgettext_lazy("left the queue", "by themselves"),
        "day_over": pgettext_lazy("left the queue", "when the day was over"),
        "by_colleague": pgettext_lazy("left the queue", "as a colleague noted"),
    }
)


@frozen
class NumberTaken(Fact):
    """Somebody came and took a number; `source` is phone, kiosk or desk."""

    name: ClassVar[str] = "visits.NumberTaken"
    words: ClassVar = _("Took number %(number)s in the store")
    is_quiet: ClassVar[bool] = False
    number: str
    need_id: str
    source: str


@frozen
class NumberCalled(Fact):
    """A counter called the number, for the first time or again."""

    name: ClassVar[str] = "visits.NumberCalled"
    words: ClassVar = _("Number %(number)s was called to counter %(counter)s")
    number: str
    counter: str
    times: int


@frozen
class ServingBegun(Fact):
    """They are at the counter."""

    name: ClassVar[str] = "visits.ServingBegun"
    words: ClassVar = _("Number %(number)s is being served")
    number: str


@frozen
class StepBegun(Fact):
    """A step of the visit began, by a tap."""

    name: ClassVar[str] = "visits.StepBegun"
    words: ClassVar = _("A step of the visit begins")
    number: str
    step: str


@frozen
class StepEnded(Fact):
    """A step of the visit ended."""

    name: ClassVar[str] = "visits.StepEnded"
    words: ClassVar = _("A step of the visit ended after %(seconds)s s")
    number: str
    step: str
    seconds: int


@frozen
class VisitFinished(Fact):
    """They got what they came for."""

    name: ClassVar[str] = "visits.VisitFinished"
    words: ClassVar = _("Number %(number)s was served")
    is_quiet: ClassVar[bool] = False
    number: str


@frozen
class VisitHandedOver(Fact):
    """They wait again, for another need, in the place their time of arrival gives them."""

    name: ClassVar[str] = "visits.VisitHandedOver"
    words: ClassVar = _("Number %(number)s was handed over to another line")
    number: str
    need_id: str


@frozen
class QueueLeft(Fact):
    """They went without being served; `why` is by_themselves, by_colleague or day_over."""

    name: ClassVar[str] = "visits.QueueLeft"
    words: ClassVar = _("Number %(number)s left the queue %(why)s")
    number: str
    why: str


@frozen
class NoShowNoted(Fact):
    """The number was called and nobody came."""

    name: ClassVar[str] = "visits.NoShowNoted"
    words: ClassVar = _("Number %(number)s was called and nobody came")
    number: str


@frozen
class VisitLinked(Fact):
    """The visit is that of a customer, and what they said at the counter."""

    name: ClassVar[str] = "visits.VisitLinked"
    words: ClassVar = _("Came to the store with number %(number)s")
    is_quiet: ClassVar[bool] = False
    number: str


@frozen
class LineChanged(Fact):
    """The hours of a store's queue were changed, or it was paused or opened again."""

    name: ClassVar[str] = "visits.LineChanged"
    words: ClassVar = _("The store's queue works differently from now on")
    is_paused: bool


@frozen
class NeedChanged(Fact):
    """What people can take a number for was added, changed or retired."""

    name: ClassVar[str] = "visits.NeedChanged"
    words: ClassVar = _("What numbers are taken for was changed: %(letter)s")
    letter: str
    is_retired: bool


@frozen
class DevicePaired(Fact):
    """A screen of a store shows its kiosk from now on."""

    name: ClassVar[str] = "visits.DevicePaired"
    words: ClassVar = _("A kiosk was paired")


@frozen
class DeviceRevoked(Fact):
    """A screen shows nothing of the store any more."""

    name: ClassVar[str] = "visits.DeviceRevoked"
    words: ClassVar = _("A kiosk was revoked")
