"""What happens to what colleagues share."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact


@dataclass(frozen=True)
class CannedReplySaved(Fact):
    """Written or changed."""

    name: ClassVar[str] = "teamwork.CannedReplySaved"
    words: ClassVar = _("A canned reply was saved")
    scope: str
    team: str | None


@dataclass(frozen=True)
class CannedReplyRetired(Fact):
    """No longer offered, or offered again."""

    name: ClassVar[str] = "teamwork.CannedReplyRetired"
    words: ClassVar = _("A canned reply was retired or taken up again")
    is_retired: bool


@dataclass(frozen=True)
class CannedReplyUsed(Fact):
    """A reply that began with it was sent."""

    name: ClassVar[str] = "teamwork.CannedReplyUsed"
    words: ClassVar = _("A canned reply was used")
    case: str


@dataclass(frozen=True)
class WatchingBegan(Fact):
    """Somebody watches a case, of their own will or because a colleague mentioned them."""

    name: ClassVar[str] = "teamwork.WatchingBegan"
    words: ClassVar = _("A colleague watches the case")
    member: str


@dataclass(frozen=True)
class WatchingEnded(Fact):
    """Somebody no longer watches a case."""

    name: ClassVar[str] = "teamwork.WatchingEnded"
    words: ClassVar = _("A colleague no longer watches the case")
    member: str


@dataclass(frozen=True)
class MacroSaved(Fact):
    """Written, changed, retired or taken up again."""

    name: ClassVar[str] = "teamwork.MacroSaved"
    words: ClassVar = _("A macro was saved")
    scope: str
    is_retired: bool


@dataclass(frozen=True)
class BatchBegan(Fact):
    """The same steps are done to several cases; each case has its own events."""

    name: ClassVar[str] = "teamwork.BatchBegan"
    words: ClassVar = _("The same was done to %(cases)s cases")
    cases: int


@dataclass(frozen=True)
class BatchUndone(Fact):
    """What was done to several cases is taken back."""

    name: ClassVar[str] = "teamwork.BatchUndone"
    words: ClassVar = _("What was done to %(cases)s cases was taken back")
    cases: int


@dataclass(frozen=True)
class ViewSaved(Fact):
    """Put together, changed or taken away."""

    name: ClassVar[str] = "teamwork.ViewSaved"
    words: ClassVar = _("A view was saved")
    scope: str
    is_removed: bool


@dataclass(frozen=True)
class ErrandAsked(Fact):
    """Another team was asked for something, until a moment."""

    name: ClassVar[str] = "teamwork.ErrandAsked"
    words: ClassVar = _("Another team was asked, due %(due_at)s")
    team: str
    errand: str
    due_at: str


@dataclass(frozen=True)
class ErrandAnswered(Fact):
    """The other team answered, in time or late."""

    name: ClassVar[str] = "teamwork.ErrandAnswered"
    words: ClassVar = _("The other team answered")
    team: str
    errand: str
    late: bool


@dataclass(frozen=True)
class ErrandLate(Fact):
    """The other team has not answered by its time."""

    name: ClassVar[str] = "teamwork.ErrandLate"
    words: ClassVar = _("The other team has not answered in time")
    team: str
    errand: str


@dataclass(frozen=True)
class ErrandWithdrawn(Fact):
    """No longer asked."""

    name: ClassVar[str] = "teamwork.ErrandWithdrawn"
    words: ClassVar = _("The other team is no longer asked")
    team: str
    errand: str
