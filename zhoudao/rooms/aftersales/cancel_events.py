"""What happens to pieces that are cancelled before anything left."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact


@dataclass(frozen=True)
class PiecesCancelled(Fact):
    """So many pieces of an order are not wanted any more: it costs `less_minor` less, and `back_minor` of what was paid
    goes back. `is_all`: nothing of it stayed.
    """

    name: ClassVar[str] = "aftersales.PiecesCancelled"
    words: ClassVar = _("Pieces of order %(number)s were cancelled before it left (%(pieces)s): %(reason)s")
    is_quiet: ClassVar[bool] = False
    number: str
    pieces: int
    reason: str
    less_minor: int
    back_minor: int
    currency: str
    is_all: bool
