"""What happens to visits and the service network."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhoudao.ground.eventlog.facts import Fact, name_codes
from zhoudao.kit.frozen import frozen

OUTCOMES = {
    "fixed": pgettext_lazy("visit came to", "Solved"),
    "parts_needed": pgettext_lazy("visit came to", "Parts are needed"),
    "taken_along": pgettext_lazy("visit came to", "Taken along to the workshop"),
    "come_again": pgettext_lazy("visit came to", "Another visit is needed"),
    "unfixed": pgettext_lazy("visit came to", "Could not be solved"),
}
MISSES = {
    "door_closed": pgettext_lazy("visit missed because", "Nobody was there"),
    "visit_unwanted": pgettext_lazy("visit missed because", "The customer did not want it any more"),
    "place_not_found": pgettext_lazy("visit missed because", "The place was not found"),
    "not_reached": pgettext_lazy("visit missed because", "The engineer did not get there"),
}
CAUSES = {
    "engineer_away": pgettext_lazy("visit planned anew because", "the engineer is away"),
    "visit_overran": pgettext_lazy("visit planned anew because", "a visit before it takes longer"),
    "not_able": pgettext_lazy("visit planned anew because", "the engineer may not do it any more"),
    "shorter_way": pgettext_lazy("visit planned anew because", "the ways are shorter"),
}
name_codes(OUTCOMES | MISSES | CAUSES)
name_codes(
    {
        "visit_by_customer": pgettext_lazy("visit", "by the customer"),
        "visit_by_us": pgettext_lazy("visit", "by us"),
    }
)


@frozen
class VisitPlanned(Fact):
    """An engineer comes at this time; `again`: it had been planned before."""

    name: ClassVar[str] = "fieldwork.VisitPlanned"
    words: ClassVar = _("Visit %(number)s of an engineer was planned for %(starts_at)s")
    is_quiet: ClassVar[bool] = False
    number: str
    engineer_id: str
    starts_at: str
    ends_at: str
    again: bool


@frozen
class VisitMoved(Fact):
    """It takes place at another time; `whose` is visit_by_customer or visit_by_us."""

    name: ClassVar[str] = "fieldwork.VisitMoved"
    words: ClassVar = _("Visit %(number)s was moved %(whose)s from %(was_at)s to %(starts_at)s")
    is_quiet: ClassVar[bool] = False
    number: str
    engineer_id: str
    was_at: str
    starts_at: str
    whose: str


@frozen
class VisitReassigned(Fact):
    """Somebody else comes, at the same time."""

    name: ClassVar[str] = "fieldwork.VisitReassigned"
    words: ClassVar = _("Another engineer makes visit %(number)s")
    number: str
    was_id: str
    engineer_id: str
    starts_at: str


@frozen
class VisitUnplanned(Fact):
    """It cannot be kept, and nobody else can come at that time: a person plans it anew."""

    name: ClassVar[str] = "fieldwork.VisitUnplanned"
    words: ClassVar = _("Visit %(number)s has to be planned anew: %(cause)s")
    is_quiet: ClassVar[bool] = False
    number: str
    was_at: str
    cause: str


@frozen
class EngineerSetOff(Fact):
    """The engineer is on the way."""

    name: ClassVar[str] = "fieldwork.EngineerSetOff"
    words: ClassVar = _("The engineer is on the way for visit %(number)s")
    is_quiet: ClassVar[bool] = False
    number: str
    expected_at: str


@frozen
class VisitBegun(Fact):
    """The engineer is there."""

    name: ClassVar[str] = "fieldwork.VisitBegun"
    words: ClassVar = _("Visit %(number)s has begun")
    number: str
    minutes_late: int


@frozen
class VisitOverran(Fact):
    """It takes longer than planned, so that others may not be kept."""

    name: ClassVar[str] = "fieldwork.VisitOverran"
    words: ClassVar = _("Visit %(number)s takes longer than planned")
    number: str
    minutes: int


@frozen
class VisitDone(Fact):
    """It is over, with what came of it as a code."""

    name: ClassVar[str] = "fieldwork.VisitDone"
    words: ClassVar = _("Visit %(number)s is done: %(outcome)s")
    is_quiet: ClassVar[bool] = False
    number: str
    outcome: str


@frozen
class VisitMissed(Fact):
    """It did not take place, and why."""

    name: ClassVar[str] = "fieldwork.VisitMissed"
    words: ClassVar = _("Visit %(number)s did not take place: %(why)s")
    is_quiet: ClassVar[bool] = False
    number: str
    why: str


@frozen
class VisitCancelled(Fact):
    """It does not take place; `whose` is visit_by_customer or visit_by_us."""

    name: ClassVar[str] = "fieldwork.VisitCancelled"
    words: ClassVar = _("Visit %(number)s was cancelled %(whose)s")
    is_quiet: ClassVar[bool] = False
    number: str
    whose: str


@frozen
class PlaceShown(Fact):
    """Somebody was shown where a visit is, and whom to call."""

    name: ClassVar[str] = "fieldwork.PlaceShown"
    words: ClassVar = _("The address of visit %(number)s was shown")
    number: str


@frozen
class PointSaved(Fact):
    """A service point was opened, changed or closed."""

    name: ClassVar[str] = "fieldwork.PointSaved"
    words: ClassVar = _("Service point %(code)s was changed")
    code: str
    is_closed: bool


@frozen
class EngineerSaved(Fact):
    """What an engineer can do, and where, was changed."""

    name: ClassVar[str] = "fieldwork.EngineerSaved"
    words: ClassVar = _("What an engineer can do was changed")
    skills: list[str]
    is_retired: bool
