"""What happens to handbooks."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.kit.frozen import frozen


@frozen
class EditionDrafted(Fact):
    """A handbook was made of a flow version for a team."""

    name: ClassVar[str] = "handbooks.EditionDrafted"
    words: ClassVar = _("Handbook of %(flow)s for %(team)s: edition %(number)s drafted")
    flow: str
    team: str
    number: int
    version: int


@frozen
class EditionApproved(Fact):
    """It holds from now on; the one before no longer does."""

    name: ClassVar[str] = "handbooks.EditionApproved"
    words: ClassVar = _("Handbook of %(flow)s for %(team)s: edition %(number)s approved")
    flow: str
    team: str
    number: int
    version: int
    asked: int
    carried: int


@frozen
class EditionRead(Fact):
    """Somebody has read and understood it."""

    name: ClassVar[str] = "handbooks.EditionRead"
    words: ClassVar = _("Handbook of %(flow)s for %(team)s: edition %(number)s read")
    flow: str
    team: str
    number: int


@frozen
class ReadersReminded(Fact):
    """Those who have not read it yet were asked again."""

    name: ClassVar[str] = "handbooks.ReadersReminded"
    words: ClassVar = _("Handbook of %(flow)s for %(team)s: %(people)s people reminded")
    flow: str
    team: str
    people: int
