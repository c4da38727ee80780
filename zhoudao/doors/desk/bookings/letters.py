"""What a customer was told of a booking, and why they were not, in the reader's words."""

from datetime import datetime

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.bookings.models import Booking

_WHY: dict[str, LazyText] = {
    "no_way": gettext_lazy("nothing written reaches them: please call"),
    "no_gateway": gettext_lazy("no gateway for text messages is set up: please call"),
    "off": gettext_lazy("text messages are switched off: please call"),
    "not_wanted": gettext_lazy("they did not agree to text messages: please call"),
    "too_many": gettext_lazy("this number had many text messages today: please call"),
}


@frozen
class Line:
    """One letter; `why` says what keeps it, or kept it, from them."""

    kind: str
    due_at: datetime | None
    sent_at: datetime | None
    by_text: bool
    spared: str
    failure: str
    why: str


def letters_of(found: Booking) -> list[Line]:
    """What was told or is to be, in order; what was overtaken by a change is left out."""
    rows = found.letters.exclude(sent_at=None, due_at=None, spared="over").order_by("id")
    return [
        Line(one.kind, one.due_at, one.sent_at, one.by_text, one.spared, one.failure, _why(one.spared, one.failure))
        for one in rows
    ]


def _why(spared: str, failure: str) -> str:
    if spared in _WHY:
        return str(_WHY[spared])
    said = _(failure) if failure else ""
    return _("{why} Please call.").format(why=said) if spared else said
