"""What happens to what colleagues share."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.kit.frozen import frozen


@frozen
class CannedReplySaved(Fact):
    """Written or changed."""

    name: ClassVar[str] = "teamwork.CannedReplySaved"
    words: ClassVar = _("A canned reply was saved")
    scope: str
    team: str | None


@frozen
class CannedReplyRetired(Fact):
    """No longer offered, or offered again."""

    name: ClassVar[str] = "teamwork.CannedReplyRetired"
    words: ClassVar = _("A canned reply was retired or taken up again")
    is_retired: bool


@frozen
class CannedReplyUsed(Fact):
    """A reply that began with it was sent."""

    name: ClassVar[str] = "teamwork.CannedReplyUsed"
    words: ClassVar = _("A canned reply was used")
    case: str


@frozen
class WatchingBegan(Fact):
    """Somebody watches a case, of their own will or because a colleague mentioned them."""

    name: ClassVar[str] = "teamwork.WatchingBegan"
    words: ClassVar = _("A colleague watches the case")
    member: str


@frozen
class WatchingEnded(Fact):
    """Somebody no longer watches a case."""

    name: ClassVar[str] = "teamwork.WatchingEnded"
    words: ClassVar = _("A colleague no longer watches the case")
    member: str


@frozen
class MacroSaved(Fact):
    """Written, changed, retired or taken up again."""

    name: ClassVar[str] = "teamwork.MacroSaved"
    words: ClassVar = _("A macro was saved")
    scope: str
    is_retired: bool


@frozen
class BatchBegan(Fact):
    """The same steps are done to several cases; each case has its own events."""

    name: ClassVar[str] = "teamwork.BatchBegan"
    words: ClassVar = _("The same was done to %(cases)s cases")
    cases: int


@frozen
class BatchUndone(Fact):
    """What was done to several cases is taken back."""

    name: ClassVar[str] = "teamwork.BatchUndone"
    words: ClassVar = _("What was done to %(cases)s cases was taken back")
    cases: int


@frozen
class ViewSaved(Fact):
    """Put together, changed or taken away."""

    name: ClassVar[str] = "teamwork.ViewSaved"
    words: ClassVar = _("A view was saved")
    scope: str
    is_removed: bool


@frozen
class ErrandAsked(Fact):
    """Another team was asked for something, until a moment."""

    name: ClassVar[str] = "teamwork.ErrandAsked"
    words: ClassVar = _("Another team was asked, due %(due_at)s")
    team: str
    errand: str
    due_at: str


@frozen
class ErrandAnswered(Fact):
    """The other team answered, in time or late."""

    name: ClassVar[str] = "teamwork.ErrandAnswered"
    words: ClassVar = _("The other team answered")
    team: str
    errand: str
    late: bool


@frozen
class ErrandLate(Fact):
    """The other team has not answered by its time."""

    name: ClassVar[str] = "teamwork.ErrandLate"
    words: ClassVar = _("The other team has not answered in time")
    team: str
    errand: str


@frozen
class ErrandWithdrawn(Fact):
    """No longer asked."""

    name: ClassVar[str] = "teamwork.ErrandWithdrawn"
    words: ClassVar = _("The other team is no longer asked")
    team: str
    errand: str


@frozen
class GoodwillGranted(Fact):
    """A customer was granted something, under somebody's authority in a role."""

    name: ClassVar[str] = "teamwork.GoodwillGranted"
    words: ClassVar = _("Granted: %(kind)s")
    goodwill: str
    kind: str
    amount_minor: int
    currency: str
    role: str
    member: str


@frozen
class ApprovalAsked(Fact):
    """Above the asker's limits: a role of the chain is asked, until a moment."""

    name: ClassVar[str] = "teamwork.ApprovalAsked"
    words: ClassVar = _("Approval was asked for: %(kind)s, due %(due_at)s")
    goodwill: str
    role: str
    kind: str
    amount_minor: int
    currency: str
    due_at: str


@frozen
class ApprovalDecided(Fact):
    """A role of the chain approved or refused."""

    name: ClassVar[str] = "teamwork.ApprovalDecided"
    words: ClassVar = _("Approval: %(decision)s")
    goodwill: str
    role: str
    decision: str


@frozen
class ApprovalLate(Fact):
    """Nobody of a role decided in time."""

    name: ClassVar[str] = "teamwork.ApprovalLate"
    words: ClassVar = _("Nobody decided about an approval in time")
    goodwill: str
    role: str


@frozen
class ApprovalWithdrawn(Fact):
    """No longer asked for."""

    name: ClassVar[str] = "teamwork.ApprovalWithdrawn"
    words: ClassVar = _("Approval is no longer asked for")
    goodwill: str


@frozen
class AuthorityChanged(Fact):
    """What a role may grant was changed."""

    name: ClassVar[str] = "teamwork.AuthorityChanged"
    words: ClassVar = _("The limits of a role were changed")
    role: str
    kind: str
    tier: str
    per_case_minor: int
    per_month_minor: int
    currency: str
