"""Who gives it to which courier, and what the service signs its news with: sealed under the customer's key."""

import json
import secrets
from uuid import UUID

from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import clip, plain_json
from zhoudao.rooms.orders.submission import Recipient
from zhoudao.rooms.pickups.models import Pickup


@frozen
class Courier:
    """Who comes, as the service says."""

    name: str = ""
    phone: str = ""


def seal_sender(pickup: Pickup, key_id: UUID, sender: Recipient) -> None:
    """This will write who gives it and where on the pick-up in hand, with a salt of its own; the caller saves it."""
    pickup.province, pickup.city, pickup.district = sender.province, sender.city, sender.district
    who = plain_json({"name": sender.name, "phone": sender.phone, "address": sender.address})
    pickup.sender_sealed = box.seal(key_id, who, place=_place(pickup, "sender"))
    pickup.salt_sealed = box.seal(key_id, secrets.token_hex(16), place=_place(pickup, "salt"))


def sender_of(pickup: Pickup) -> Recipient:
    """Who gives it, in clear; empty once it was erased."""
    region = (pickup.province, pickup.city, pickup.district)
    if not pickup.sender_sealed:
        return Recipient("", "", "", *region)
    who = json.loads(box.open_text(pickup.sender_sealed, place=_place(pickup, "sender")))
    return Recipient(who["name"], who["phone"], who["address"], *region)


def salt_of(pickup: Pickup) -> str:
    """What news of it are signed with; empty once it was erased."""
    return box.open_text(pickup.salt_sealed, place=_place(pickup, "salt")) if pickup.salt_sealed else ""


def seal_courier(pickup: Pickup, key_id: UUID, courier: Courier) -> None:
    """This will write who comes on the pick-up in hand; the caller saves it."""
    who = plain_json({"name": clip(courier.name, 40), "phone": clip(courier.phone, 30)})
    pickup.courier_sealed = box.seal(key_id, who, place=_place(pickup, "courier"))


def courier_of(pickup: Pickup) -> Courier:
    """Who comes, in clear; empty while nobody is named."""
    if not pickup.courier_sealed:
        return Courier()
    return Courier(**json.loads(box.open_text(pickup.courier_sealed, place=_place(pickup, "courier"))))


def _place(pickup: Pickup, what: str) -> str:
    return f"pickup.{what}.{pickup.id}"
