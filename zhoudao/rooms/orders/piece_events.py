"""What happens to single pieces of orders."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact


@dataclass(frozen=True)
class PiecesTakenOut(Fact):
    """So many pieces are not wanted any more: the order costs less."""

    name: ClassVar[str] = "orders.PiecesTakenOut"
    words: ClassVar = _("Taken out of order %(number)s before it left (pieces: %(pieces)s)")
    is_quiet: ClassVar[bool] = False
    number: str
    pieces: int
    before_minor: int
    after_minor: int
    currency: str
