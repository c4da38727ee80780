"""What a customer's photos of name plates and displays say, as their form shows it."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest

from zhoudao.doors.portal.repairs.wording import read_words
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import pick
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.repairs.kinds import Severity
from zhoudao.rooms.repairs.models import PhotoReading
from zhoudao.rooms.repairs.saying import MOST_READ, Filled, filled_by, readings_in

_PATIENCE = timedelta(seconds=20)  # then they type; what is read later still stands in the form


@frozen
class Looked:
    """The photos of a form: what they fill in, what is said of each, and whether one is still being read."""

    readings: list[PhotoReading]
    filled: Filled
    is_waited_for: bool

    def context(self, language: str) -> dict[str, Any]:
        """What the page says of them."""
        meaning = self.filled.meaning
        return {
            "readings": self.readings,
            "read": [read_words(one) for one in self.readings if not one.is_waited_for],
            "is_late": any(one.is_waited_for for one in self.readings),
            "may_photo": len(self.readings) < MOST_READ,
            "meaning": pick(meaning.words, language) if meaning else "",
            "severity": meaning.get_severity_display() if meaning else "",
            "is_danger": meaning is not None and meaning.severity == Severity.STOP,
        }


def looked(request: HttpRequest, order: Order, now: datetime) -> Looked:
    """The photos a form names (two statements at most)."""
    given = request.POST if request.method == "POST" else request.GET
    readings = readings_in(order.id, given.getlist("reading"))
    waiting = any(one.is_waited_for and now - one.asked_at < _PATIENCE for one in readings)
    return Looked(readings, filled_by(readings), waiting and request.method != "POST" and "hand" not in given)
