"""What happens to reports, and where demand is sudden."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.kit.frozen import frozen


@frozen
class ReportAsked(Fact):
    """Somebody wants to know how a process really goes."""

    name: ClassVar[str] = "insight.ReportAsked"
    words: ClassVar = _("A diagnosis was asked for (%(source)s)")
    source: str
    object_type: str


@frozen
class ReportDeleted(Fact):
    """A report, and the file it was made of, are gone."""

    name: ClassVar[str] = "insight.ReportDeleted"
    words: ClassVar = _("A diagnosis was deleted (%(source)s)")
    source: str


@frozen
class DemandRose(Fact):
    """More comes to a team (`step` "": cases, else tasks of a step) than is usual: so many instead of so many."""

    name: ClassVar[str] = "insight.DemandRose"
    words: ClassVar = _("Sudden demand: %(count)s instead of %(expected)s")
    step: str
    count: int
    expected: int


@frozen
class DemandFell(Fact):
    """It is as usual again."""

    name: ClassVar[str] = "insight.DemandFell"
    words: ClassVar = _("Demand is as usual again")
    step: str


@frozen
class HelperMoved(Fact):
    """Somebody helps the team out until demand is as usual again."""

    name: ClassVar[str] = "insight.HelperMoved"
    words: ClassVar = _("A colleague helps the team out")
    member: str
