"""What a shop says of an order, in our own words; amounts are decimal numbers written as text, tax included.

{"type": "order.placed", "said_at": "2026-03-10T10:05:00+08:00",
 "order": {"number": "T-1001", "currency": "CNY", "payment": "captured", "placed_at": "2026-03-10T10:04:51+08:00",
           "lines": [{"sku": "CH-1", "quantity": 2, "price": "129.00", "name": "餐椅"}],
           "discount": "10.00", "shipping": "12.00", "tax": "0.00", "total": "260.00",
           "buyer": {"external_id": "buyer-1", "name": "王小姐", "phone": "13812348000"},
           "recipient": {"name": "王小姐", "phone": "13812348000", "province": "江苏省", "city": "南京市",
                         "district": "鼓楼区", "address": "中山北路 88 号 501"}, "remark": "周末送"}}

`order.placed`, `order.changed` and `order.cancelled` all hold the whole order; the last may say a `reason`.
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.models import Storefront
from zhoudao.rooms.orders.storefronts.told import Told, Unread, minor_of
from zhoudao.rooms.orders.submission import Item, Recipient

_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_Words = Annotated[str, msgspec.Meta(max_length=300)]
_Amount = Annotated[str, msgspec.Meta(max_length=20)]
_Reason = Literal["customer", "not_paid", "no_stock", "mistake", "other"]
_Payment = Literal["pending", "authorised", "captured", "partially_refunded", "refunded", "failed"]


class _Line(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    sku: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    quantity: Annotated[int, msgspec.Meta(ge=1, le=9_999)]
    price: _Amount
    name: _Words = ""


class _Buyer(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    external_id: _Words = ""
    name: _Words = ""
    phone: _Words = ""
    email: _Words = ""


class _Recipient(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    name: _Words = ""
    phone: _Words = ""
    address: _Words = ""
    province: _Words = ""
    city: _Words = ""
    district: _Words = ""


class _Order(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    number: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    lines: Annotated[tuple[_Line, ...], msgspec.Meta(min_length=1, max_length=500)]
    total: _Amount
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")] = "CNY"
    discount: _Amount = "0"
    shipping: _Amount = "0"
    tax: _Amount = "0"
    payment: _Payment = "pending"
    buyer: _Buyer = _Buyer()
    recipient: _Recipient = _Recipient()
    remark: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    language: Literal["zh-Hans", "zh-Hant", "en"] = "zh-Hans"
    placed_at: _Moment | None = None
    promised_at: _Moment | None = None


class _Posted(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    type: Literal["order.placed", "order.changed", "order.cancelled"]
    said_at: _Moment
    order: _Order
    reason: _Reason = "other"


_decoder = msgspec.json.Decoder(_Posted)


def read(shop: Storefront, raw: bytes) -> Told:
    """The order in a post. Raises: Unread."""
    try:
        posted = _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        where = str(error).rpartition("at `$.")[2].rstrip("`") if "at `$." in str(error) else ""
        raise Unread("field" if "unknown field" in str(error) else "shape", where[:80]) from error
    order = posted.order
    return Told(
        external_number=order.number.strip(),
        said_at=posted.said_at,
        items=[
            Item(one.sku, one.quantity, minor_of(one.price, order.currency, f"lines.{place}.price"), one.name)
            for place, one in enumerate(order.lines)
        ],
        currency=order.currency,
        discount_minor=minor_of(order.discount, order.currency, "discount"),
        shipping_minor=minor_of(order.shipping, order.currency, "shipping"),
        tax_minor=minor_of(order.tax, order.currency, "tax"),
        total_minor=minor_of(order.total, order.currency, "total"),
        payment=order.payment,
        recipient=Recipient(**{name: getattr(order.recipient, name) for name in Recipient.__dataclass_fields__}),
        remark=order.remark,
        claims=_claims(shop, order.buyer),
        buyer_name=order.buyer.name,
        language=order.language,
        placed_at=order.placed_at,
        promised_at=order.promised_at,
        cancelled_for=posted.reason if posted.type == "order.cancelled" else "",
    )


def _claims(shop: Storefront, buyer: _Buyer) -> list[Claim]:
    claims = [
        Claim("phone", buyer.phone, verified=shop.asserts_identity),
        Claim("email", buyer.email, verified=shop.asserts_identity),
        Claim("external", buyer.external_id, scope=shop.code),
    ]
    return [claim for claim in claims if claim.value.strip()]
