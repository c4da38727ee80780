"""What happens to decision tables."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.kit.frozen import frozen


@frozen
class TablePublished(Fact):
    """A version of a decision table became the live one."""

    name: ClassVar[str] = "decisions.TablePublished"
    words: ClassVar = _("Version %(version)s of the decision table %(table)s is live")
    table: str
    version: int
