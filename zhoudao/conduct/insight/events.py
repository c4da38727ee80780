"""What happens to reports."""

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
