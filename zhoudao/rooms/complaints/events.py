"""What happens to complaints and to the list of causes."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact, name_codes
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.complaints.models import Way

name_codes({choice.value: choice.label for choice in Way})


@frozen
class ComplaintAnswered(Fact):
    """The customer has our answer: `way` is writing or phone."""

    name: ClassVar[str] = "complaints.ComplaintAnswered"
    words: ClassVar = _("The complaint was answered %(way)s")
    is_quiet: ClassVar[bool] = False
    way: str
    cause: str
    cost_cents: int
    has_recording: bool


@frozen
class CauseChanged(Fact):
    """A manager added, renamed, retired or took up a cause."""

    name: ClassVar[str] = "complaints.CauseChanged"
    words: ClassVar = _("The list of causes was changed: %(code)s")
    code: str
    is_retired: bool
