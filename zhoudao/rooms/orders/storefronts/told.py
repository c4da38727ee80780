"""What a shop says of an order, whatever kind of shop it is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from zhoudao.ground.vault import box
from zhoudao.kit.money import BadAmount, BadCurrency, Money
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.shares import share_out
from zhoudao.rooms.orders.submission import Item, Recipient, Submission

_LONGEST = 30  # characters of an amount


class Unread(Exception):
    """This cannot be read as an order; `reason` is a code, `where` names the field, never what was written in it."""

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(f"{reason} {where}".strip())
        self.reason, self.where = reason, where


@dataclass(frozen=True)
class Told:
    """An order as it stands in the shop at `said_at`: newer words overtake older ones, in whatever order they come.

    `cancelled_for` is one of our reasons when it is cancelled there; `gone` when the shop only says that it is no more.
    """

    external_number: str
    said_at: datetime
    items: Sequence[Item] = ()
    currency: str = "CNY"
    discount_minor: int = 0
    shipping_minor: int = 0
    tax_minor: int = 0
    total_minor: int | None = None
    payment: str = "pending"
    recipient: Recipient = field(default_factory=Recipient)
    remark: str = ""
    claims: Sequence[Claim] = ()
    buyer_name: str = ""
    language: str = "zh-Hans"
    placed_at: datetime | None = None
    promised_at: datetime | None = None
    cancelled_for: str = ""

    def submission(self, source: str, store: str) -> Submission:
        """The order as the room takes it."""
        same = {name: value for name, value in self.__dict__.items() if name in Submission.__dataclass_fields__}
        return Submission(**{**same, "source": source, "store": store})

    @property
    def index(self) -> bytes:
        """Equal for equal goods, amounts, recipient and remark."""
        amounts = [self.currency, self.discount_minor, self.shipping_minor, self.tax_minor]
        goods = [(one.sku, one.quantity, one.price_minor, one.name) for one in self.items]
        promised = self.promised_at.isoformat() if self.promised_at else ""
        said = [amounts, goods, {**self.recipient.__dict__}, self.remark, promised]
        return box.blind_index("storefront.order", json.dumps(said, ensure_ascii=False))


def minor_of(amount: object, currency: str, where: str) -> int:
    """An amount written as a decimal number, in whole minor units: `"12.50"` is 1250. No float is taken.

    Raises: Unread
    """
    if not isinstance(amount, str) or not amount.strip() or len(amount) > _LONGEST:
        raise Unread("amount", where)
    try:
        return Money.of(amount.strip(), currency).minor
    except (BadAmount, BadCurrency) as error:
        raise Unread("amount", where) from error


def items_of(sku: str, name: str, quantity: int, gross_minor: int) -> list[Item]:
    """So many pieces for so much in all, exactly: where they do not share evenly, some cost a unit more.

    >>> [(one.quantity, one.price_minor) for one in items_of("A", "", 3, 1000)]
    [(1, 334), (2, 333)]
    """
    if not 0 < quantity <= 9_999:
        raise Unread("quantity", sku[:40])
    shares = share_out(gross_minor, [(1, quantity)], by_piece=True)
    return [Item(sku, shares.count(price), price, name) for price in sorted(set(shares), reverse=True)]
