"""What happens to those who take cases."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact


@dataclass(frozen=True)
class MemberChanged(Fact):
    """Somebody takes cases in this way from now on: whether they are there, how much, in which languages, what."""

    name: ClassVar[str] = "staff.MemberChanged"
    words: ClassVar = _("Takes up to %(capacity)s at once from now on")
    is_available: bool
    capacity: int
    languages: list[str]
    skills: list[str]


@dataclass(frozen=True)
class TeamChanged(Fact):
    """A team's people are given cases unasked from now on, or take them themselves."""

    name: ClassVar[str] = "staff.TeamChanged"
    words: ClassVar = _("The team works differently from now on")
    pushes: bool
