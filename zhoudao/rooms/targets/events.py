"""What happens to targets of figures."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.kit.frozen import frozen


@frozen
class TargetSet(Fact):
    """A figure is to reach a value from now on; `before` is what it was to reach until now."""

    name: ClassVar[str] = "targets.TargetSet"
    words: ClassVar = _("Target of %(metric)s: %(value)s")
    metric: str
    value: float
    before: float | None
    needed: int
    of: int
    is_sudden: bool


@frozen
class TargetEnded(Fact):
    """A figure has no target any more."""

    name: ClassVar[str] = "targets.TargetEnded"
    words: ClassVar = _("Target of %(metric)s taken away (%(value)s)")
    metric: str
    value: float


@frozen
class TargetMissed(Fact):
    """A figure missed its target on so many days that its leads are told."""

    name: ClassVar[str] = "targets.TargetMissed"
    words: ClassVar = _("%(metric)s missed its target on %(missed)s of %(of)s days")
    metric: str
    value: float
    missed: int
    of: int
    is_sudden: bool


@frozen
class TargetMetAgain(Fact):
    """A figure that missed its target is good again."""

    name: ClassVar[str] = "targets.TargetMetAgain"
    words: ClassVar = _("%(metric)s meets its target again")
    metric: str


@frozen
class ImprovementGiven(Fact):
    """Somebody is to do something about a missed target."""

    name: ClassVar[str] = "targets.ImprovementGiven"
    words: ClassVar = _("An improvement for %(metric)s, until %(due)s")
    metric: str
    improvement_id: str
    owner_id: str
    due: str


@frozen
class ImprovementDone(Fact):
    """An improvement is done; `is_done` false: not after all."""

    name: ClassVar[str] = "targets.ImprovementDone"
    words: ClassVar = _("An improvement for %(metric)s is done")
    metric: str
    improvement_id: str
    is_done: bool


@frozen
class FiguresExported(Fact):
    """Somebody took figures, or the cases behind one, as a file."""

    name: ClassVar[str] = "targets.FiguresExported"
    words: ClassVar = _("Exported: %(what)s as %(form)s, %(rows)s rows")
    what: str
    form: str
    rows: int
