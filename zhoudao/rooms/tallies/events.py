"""What happens to the assumptions behind figures."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.kit.frozen import frozen


@frozen
class RatesSet(Fact):
    """Somebody said anew what a minute and an answer are taken to cost."""

    name: ClassVar[str] = "tallies.RatesSet"
    words: ClassVar = _("What work is taken to cost was changed: %(answer_minutes)s minutes an answer")
    answer_minutes: int
    minute_minor: int
