"""The ways the policy gives for chosen pieces, in words for a page; and what was typed to be sent instead."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import QueryDict

from zhoudao.doors.desk.aftersales.finding import money
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.money import BadAmount, Money
from zhoudao.rooms.aftersales.commands.requesting import Wish
from zhoudao.rooms.aftersales.models import BACK, REASONS_ASKED, REPLACES, Kind
from zhoudao.rooms.aftersales.pieces import Had, chosen
from zhoudao.rooms.aftersales.queries.eligibility import Option, asker_of, options_of
from zhoudao.rooms.aftersales.swaps import swaps_of
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.stock.queries.balances import item_scanned


@frozen
class Typed:
    """What was typed to be sent instead: SKUs by line, and what those without a list price cost."""

    swaps: Mapping[UUID, str]
    prices: Mapping[UUID, int]

    def within(self, wish: Wish) -> Wish:
        """The wish with it; only an exchange has one."""
        return replace(wish, swaps=self.swaps, prices=self.prices) if wish.kind == Kind.EXCHANGE else wish


def typed_in(given: QueryDict, had: Sequence[Had], currency: str) -> Typed:
    """From the fields `swap-1`, `price-1` … of a form."""
    swaps = {one.line.id: _sku(given.get(f"swap-{one.line.position}", "")) for one in had}
    prices = {one.line.id: amount_in(given.get(f"price-{one.line.position}", ""), currency) for one in had}
    return Typed(swaps, {line_id: minor for line_id, minor in prices.items() if minor})


def _sku(text: str) -> str:
    """The item's number for what was scanned or typed, else as it was typed."""
    found = item_scanned(text)
    return found.sku if found else text.strip()[:80]


def amount_in(text: str, currency: str) -> int:
    """In minor units; below zero when it is no amount."""
    try:
        return Money.of(text.strip(), currency).minor if text.strip() else 0
    except BadAmount:
        return -1


def ways_of(
    found: Order, reason: str, had: Sequence[Had], counts: Mapping[UUID, int], typed: Typed
) -> list[dict[str, Any]]:
    """What there is for so many of each line, the best marked; none for a reason nobody is asked for.

    Raises: AftersalesRefused
    """
    if reason not in REASONS_ASKED:
        return []
    pieces = chosen(had, counts, reason=reason)
    swaps = swaps_of(found, pieces, typed.swaps, prices=typed.prices)
    options = options_of(asker_of(found), reason, pieces, at=clock.now(), swaps=swaps)
    best = min(options, key=lambda one: (not one.terms.is_allowed, not one.terms.is_auto))
    return [_said(one, found) | {"is_best": one is best} for one in options]


def _said(option: Option, found: Order) -> dict[str, Any]:
    sums = {name: option.money.of(name) for name in ("paid", "fee", "shipping")}
    return {
        "kind": option.kind,
        "terms": option.terms,
        "until": option.until,
        "total": money(option.back_minor, found.currency),
        "due": money(option.due_minor, found.currency) if option.due_minor else "",
        "comes_back": option.kind in BACK,
        "goes_out": option.kind in REPLACES,
        "postage": money(option.terms.postage_minor, found.currency) if option.terms.postage_minor else "",
        "parts": {name: money(minor, found.currency) for name, minor in sums.items() if minor},
    }
