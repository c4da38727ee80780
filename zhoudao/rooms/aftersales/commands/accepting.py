"""A customer takes one of the ways that were shown to them, exactly as it was shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.commands.requesting import Wish, request_return
from zhoudao.rooms.aftersales.models import Kind, ReturnRequest
from zhoudao.rooms.aftersales.pieces import chosen, had_of
from zhoudao.rooms.aftersales.policies import Terms
from zhoudao.rooms.aftersales.queries.eligibility import Option, asker_of, left_of_money
from zhoudao.rooms.aftersales.refusals import AftersalesRefused
from zhoudao.rooms.aftersales.swaps import swaps_of
from zhoudao.rooms.orders.commands.holding import hold_order
from zhoudao.rooms.orders.models import Order


class OfferChanged(AftersalesRefused):
    """What this gives has changed since it was shown."""


@frozen
class Offer:
    """What somebody was shown of one way: its terms as a request keeps them, and what comes back in minor units; below
    zero what is still to be paid.
    """

    kind: str
    terms: Mapping[str, Any]
    total_minor: int

    @classmethod
    def of(cls, option: Option) -> "Offer":
        """What an option shows."""
        total = option.back_minor - option.due_minor
        return cls(option.kind.value, option.terms.stored(), total)

    @property
    def given(self) -> Terms:
        """Its terms."""
        return Terms(**self.terms)


@transaction.atomic
def accept_offer(
    *, order_id: UUID, wish: Wish, offer: Offer, key: UUID, language: str = "", by: By, at: datetime
) -> ReturnRequest:
    """This will ask for a return on the terms and for the money that were shown, or not at all. The same `key` twice is
    once.

    Raises: OfferChanged, and what `request_return` raises
    """
    order = hold_order(order_id)
    if not ReturnRequest.objects.filter(key=key).exists():
        _compare(order, wish, offer, at)
    request = request_return(order_id=order_id, wish=wish, key=key, language=language, by=by, at=at)
    if request.terms != offer.terms:
        raise OfferChanged(OfferChanged.__doc__)  # a policy was published between the look and the request
    return request


def _compare(order: Order, wish: Wish, offer: Offer, at: datetime) -> None:
    pieces, left = chosen(had_of(order), wish.lines, reason=wish.reason), left_of_money(order)
    swaps = swaps_of(order, pieces, wish.swaps) if wish.kind == Kind.EXCHANGE else None
    now = asker_of(order).option(Kind(offer.kind), wish.reason, pieces, left_minor=left, at=at, swaps=swaps)
    if wish.kind != offer.kind or Offer.of(now) != offer:
        raise OfferChanged(OfferChanged.__doc__)
