"""What a customer picks: how many of which line, and why."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext as _

from zhoudao.doors.portal.returns.wording import REFUSED, day_words
from zhoudao.kit.frozen import frozen
from zhoudao.kit.grams import terms
from zhoudao.kit.money import Money
from zhoudao.rooms.aftersales.models import REASONS_ASKED
from zhoudao.rooms.aftersales.pieces import Had
from zhoudao.rooms.aftersales.refusals import MoreThanDelivered, NoPieceChosen, ReasonUnsaid, SwapUnknown
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.stock.queries.balances import item_scanned, items_like

_FIELD = re.compile(r"q(.{0,40})", re.DOTALL)
_INSTEAD = re.compile(r"w[0-9]{1,4}", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,6}", re.ASCII)


@frozen
class Picked:
    """So many pieces of each line, and why. `fault`: why it cannot be taken as it stands. `swaps`: SKUs of what is
    wanted instead, by line; `instead`: as it was typed, by the form's field.
    """

    counts: Mapping[UUID, int]
    reason: str
    fault: str = ""
    swaps: Mapping[UUID, str] = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)


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
    missing: int = 0
    instead: str = ""
    position: int = 0


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
    said = {name: str(given[name]).strip()[:80] for name in given if _INSTEAD.fullmatch(name)}
    typed = {name: text for name, text in said.items() if text}
    swaps = {places[name[1:]]: _item(text) for name, text in typed.items() if name[1:] in places}
    fault = "" if reason else str(REFUSED[ReasonUnsaid])
    if "" in swaps.values():
        fault = fault or str(REFUSED[SwapUnknown])
    return Picked(counts, reason, fault, {line_id: sku for line_id, sku in swaps.items() if line_id in counts}, typed)


def rows_of(order: Order, had: Sequence[Had], given: QueryDict, language: str) -> list[Row]:
    """Every line, with what was picked of it; the only piece there is is picked already."""
    zone = ZoneInfo(order.store.zone)
    is_only = sum(one.missing for one in had) == 1 and not is_picking(given)
    return [
        Row(
            f"q{one.line.position}",
            one.line.name,
            one.line.quantity,
            one.delivered,
            one.left,
            Money(one.line.price_minor, order.currency).format(language),
            day_words(one.delivered_at.astimezone(zone).date()) if one.delivered_at else "",
            "1" if is_only and one.missing else given.get(f"q{one.line.position}", "")[:6],
            one.missing,
            given.get(f"w{one.line.position}", "")[:80],
            one.line.position,
        )
        for one in had
    ]


def _item(text: str) -> str:
    """The item of exactly this number, or the only one that is called so; empty when it is none."""
    found = item_scanned(text)
    if found is None and terms(text):
        like = [one for one in items_like(text, 9) if text in one.names.values()] or list(items_like(text, 2))
        found = like[0] if len(like) == 1 else None
    return found.sku if found else ""


def _reason(given: QueryDict) -> str:
    reason = given.get("reason", "")
    return reason if reason in REASONS_ASKED else ""
