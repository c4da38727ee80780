"""Who gets an order, and what the buyer remarked: sealed under the customer's key, found by exactly phone and name."""

import json
from uuid import UUID

from zhoudao.ground.vault import box
from zhoudao.kit.text import clip, mask_name, mask_personal, mask_phone, plain_json
from zhoudao.rooms.customers.claims import Claim, name_index
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.submission import Recipient


def seal_people(order: Order, key_id: UUID, recipient: Recipient, remark: str) -> None:
    """This will write the personal part on the order in hand; the caller saves it."""
    order.province, order.city, order.district = recipient.province, recipient.city, recipient.district
    who = {"name": recipient.name, "phone": recipient.phone, "address": recipient.address}
    if any(who.values()):
        words = plain_json(who)
        order.recipient_sealed = box.seal(key_id, words, place=_place(order, "recipient"))
    order.remark_sealed = box.seal(key_id, remark, place=_place(order, "remark")) if remark else None
    order.phone_index = phone_index(recipient.phone) if recipient.phone else None
    order.name_index = name_index(recipient.name) if recipient.name else None


def recipient_of(order: Order) -> Recipient:
    """Who gets it, in clear; empty once it was erased."""
    region = (order.province, order.city, order.district)
    if not order.recipient_sealed:
        return Recipient("", "", "", *region)
    who = json.loads(box.open_text(order.recipient_sealed, place=_place(order, "recipient")))
    return Recipient(who["name"], who["phone"], who["address"], *region)


def remark_of(order: Order) -> str:
    """The buyer's remark, in clear."""
    return box.open_text(order.remark_sealed, place=_place(order, "remark")) if order.remark_sealed else ""


def masked(recipient: Recipient) -> Recipient:
    """As everybody sees it at first: the street is no more than begun."""
    street = clip(recipient.address, 3)[:2] + "****" if recipient.address else ""
    phone = mask_phone(recipient.phone.removeprefix("+86"))
    region = (recipient.province, recipient.city, recipient.district)
    return Recipient(mask_name(recipient.name), phone, street, *region)


def masked_remark(order: Order) -> str:
    """The remark without numbers of phones and cards."""
    return mask_personal(remark_of(order))[0]


def phone_index(phone: str) -> bytes:
    """By which a number is found, however it is written: the same as a customer's own."""
    return Claim("phone", phone).index


def _place(order: Order, what: str) -> str:
    return f"order.{what}.{order.id}"
