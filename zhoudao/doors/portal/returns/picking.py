"""What a customer picks: how many of which line, and why."""

import re
from collections.abc import Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext as _

from zhoudao.doors.portal.returns.wording import REFUSED, day_words
from zhoudao.kit.frozen import frozen
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales.models import Reason
from zhoudao.rooms.aftersales.pieces import Had
from zhoudao.rooms.aftersales.refusals import MoreThanDelivered, NoPieceChosen, ReasonUnsaid
from zhoudao.rooms.orders.models import Order

_FIELD = re.compile(r"q(.{0,40})", re.DOTALL)
_COUNT = re.compile(r"[0-9]{1,6}", re.ASCII)


@frozen
class Picked:
    """So many pieces of each line, and why. `fault`: why it cannot be taken as it stands."""

    counts: Mapping[UUID, int]
    reason: str
    fault: str = ""


@frozen
class Row:
    """A line as it may be picked: `left` of `delivered` pieces may come back; `count` of them was picked."""

    field: str
    name: str
    quantity: int
    delivered: int
    left: int
    price: str
    arrived: str
    count: str


def is_picking(given: QueryDict) -> bool:
    """Whether somebody said something of it."""
    return any(_FIELD.fullmatch(name) for name in given) or "reason" in given


def picked(given: QueryDict, had: Sequence[Had]) -> Picked:
    """What was picked, by the lines' places in the order."""
    places = {str(one.line.position): one.line.id for one in had}
    counts: dict[UUID, int] = {}
    for name in given:
        field = _FIELD.fullmatch(name)
        text = str(given[name]).strip()
        if field is None or not text:
            continue
        if not _COUNT.fullmatch(text):
            return Picked({}, _reason(given), _("Say how many pieces as a whole number."))
        if field[1] not in places:
            return Picked({}, _reason(given), str(REFUSED[MoreThanDelivered]))
        if int(text):
            counts[places[field[1]]] = int(text)
    reason = _reason(given)
    if not counts:
        return Picked({}, reason, str(REFUSED[NoPieceChosen]))
    return Picked(counts, reason, "" if reason else str(REFUSED[ReasonUnsaid]))


def rows_of(order: Order, had: Sequence[Had], given: QueryDict, language: str) -> list[Row]:
    """Every line, with what was picked of it; the only piece there is is picked already."""
    zone = ZoneInfo(order.store.zone)
    is_only = sum(one.left for one in had) == 1 and not is_picking(given)
    return [
        Row(
            f"q{one.line.position}",
            one.line.name,
            one.line.quantity,
            one.delivered,
            one.left,
            Money(one.line.price_minor, order.currency).format(language),
            day_words(one.delivered_at.astimezone(zone).date()) if one.delivered_at else "",
            "1" if is_only and one.left else given.get(f"q{one.line.position}", "")[:6],
        )
        for one in had
    ]


def _reason(given: QueryDict) -> str:
    reason = given.get("reason", "")
    return reason if reason in Reason.values else ""
