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


@frozen
class KeyNodesAsked(Fact):
    """Somebody wants to know which steps decide how long cases take."""

    name: ClassVar[str] = "insight.KeyNodesAsked"
    words: ClassVar = _("Key nodes were asked for (each step %(faster)s %% faster)")
    faster: int


@frozen
class NodeGoalSet(Fact):
    """A step is to take less time by a day."""

    name: ClassVar[str] = "insight.NodeGoalSet"
    words: ClassVar = _("A goal was set: %(percent)s %% less time at %(element)s by %(due_date)s")
    flow: str
    element: str
    percent: int
    due_date: str
    owner_id: str


@frozen
class NodeGoalDropped(Fact):
    """It is no goal any more."""

    name: ClassVar[str] = "insight.NodeGoalDropped"
    words: ClassVar = _("The goal of %(percent)s %% less time at %(element)s was dropped")
    flow: str
    element: str
    percent: int


@frozen
class ExperimentBegun(Fact):
    """Somebody tries on paper what a flow would do under other terms."""

    name: ClassVar[str] = "insight.ExperimentBegun"
    words: ClassVar = _("A simulation was begun (%(origin)s)")
    origin: str


@frozen
class ExperimentDeleted(Fact):
    """A simulation with its variants and results is gone."""

    name: ClassVar[str] = "insight.ExperimentDeleted"
    words: ClassVar = _("A simulation was deleted (%(origin)s)")
    origin: str
