"""The rows of an order, from what was submitted."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from zhoudao.ground.rows import new_row
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.orders.models import Order, OrderLine
from zhoudao.rooms.orders.sealed import seal_people
from zhoudao.rooms.orders.shares import share_out
from zhoudao.rooms.orders.submission import Submission


@dataclass(frozen=True)
class Buyer:
    """Whose order it is; `key_id` seals what is personal in it."""

    customer_id: UUID
    key_id: UUID
    is_new: bool


def draft_order(wanted: Submission, buyer: Buyer, *, store_id: UUID, rank: int, at: datetime) -> Order:
    """An unsaved order. `rank`: of its number, within all orders."""
    placed_at = wanted.placed_at or at
    order = new_row(
        Order,
        id=uuid7(),
        number=f"O{placed_at.year}-{rank:06d}",
        store_id=store_id,
        customer_id=buyer.customer_id,
        source=wanted.source,
        external_number=wanted.external_number,
        payment=wanted.payment,
        currency=wanted.currency,
        goods_minor=wanted.goods_minor,
        discount_minor=wanted.discount_minor,
        shipping_minor=wanted.shipping_minor,
        tax_minor=wanted.tax_minor,
        total_minor=wanted.goods_minor - wanted.discount_minor + wanted.shipping_minor,
        line_count=len(wanted.items),
        placed_at=placed_at,
        recorded_at=at,
        promised_at=wanted.promised_at,
        language=wanted.language,
        goods_index=wanted.goods_index,
        person_index=wanted.person_index,
    )
    seal_people(order, buyer.key_id, wanted.recipient, wanted.remark)
    return order


def draft_lines(order: Order, wanted: Submission) -> list[OrderLine]:
    """Its unsaved lines, each with its part of discount, shipping and tax."""
    pieces = [(item.price_minor, item.quantity) for item in wanted.items]
    parts = {
        name: share_out(getattr(wanted, name), pieces) for name in ("discount_minor", "shipping_minor", "tax_minor")
    }
    return [
        new_row(
            OrderLine,
            id=uuid7(),
            order_id=order.id,
            position=place + 1,
            sku=item.sku,
            name=item.name or item.sku,
            quantity=item.quantity,
            price_minor=item.price_minor,
            **{name: shares[place] for name, shares in parts.items()},
        )
        for place, item in enumerate(wanted.items)
    ]
