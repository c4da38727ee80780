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
