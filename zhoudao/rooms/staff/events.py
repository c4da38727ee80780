"""What happens to those who take cases."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.kit.frozen import frozen


@frozen
class MemberChanged(Fact):
    """Somebody takes cases in this way from now on: whether they are there, how much, in which languages, what."""

    name: ClassVar[str] = "staff.MemberChanged"
    words: ClassVar = _("Takes up to %(capacity)s at once from now on")
    is_available: bool
    capacity: int
    languages: list[str]
    skills: list[str]


@frozen
class TeamChanged(Fact):
    """A team's people are given cases unasked from now on, or take them themselves."""

    name: ClassVar[str] = "staff.TeamChanged"
    words: ClassVar = _("The team works differently from now on")
    pushes: bool


@frozen
class HoursFounded(Fact):
    """There are working hours of this name from now on."""

    name: ClassVar[str] = "staff.HoursFounded"
    words: ClassVar = _("Working hours %(code)s were added")
    code: str


@frozen
class AbsenceNoted(Fact):
    """Somebody is away for a while, although their hours say otherwise."""

    name: ClassVar[str] = "staff.AbsenceNoted"
    words: ClassVar = _("Is away from %(starts_at)s to %(ends_at)s")
    starts_at: str
    ends_at: str


@frozen
class AbsenceEnded(Fact):
    """Somebody is there after all."""

    name: ClassVar[str] = "staff.AbsenceEnded"
    words: ClassVar = _("Is not away after all from %(starts_at)s to %(ends_at)s")
    starts_at: str
    ends_at: str


@frozen
class RosterChanged(Fact):
    """Others are on call for a team from now on."""

    name: ClassVar[str] = "staff.RosterChanged"
    words: ClassVar = _("The on-call roster has %(lines)s lines from now on")
    lines: int


@frozen
class OnCallTested(Fact):
    """Whoever was on call was paged for a test."""

    name: ClassVar[str] = "staff.OnCallTested"
    words: ClassVar = _("%(people)s people on call were paged for a test")
    people: int


@frozen
class HurryingSet(Fact):
    """Cases likely to miss a promise stand one rank higher in the team's line from now on, or no more."""

    name: ClassVar[str] = "staff.HurryingSet"
    words: ClassVar = _("Cases likely to miss a promise go before others: %(hurries)s")
    hurries: bool
