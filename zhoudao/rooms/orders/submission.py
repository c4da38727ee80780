"""An order as somebody submits it, checked and in one way of writing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from uuid import UUID

from zhoudao.ground.vault import box
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import clip, plain_json
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.refusals import Fault, OrderUnsound

MOST_LINES, MOST_PIECES = 500, 9_999
DEAREST = 10_000_000_000  # minor units
_CURRENCY = re.compile("[A-Z]{3}")
_FAR = timedelta(days=5 * 366)
_AHEAD = timedelta(minutes=10)  # by which the clocks of two machines may differ


@frozen
class Item:
    """One line: so many of a SKU at a price each, tax included. An empty currency is the order's."""

    sku: str
    quantity: int
    price_minor: int
    name: str = ""
    currency: str = ""


@frozen
class Recipient:
    """Who gets it, and where. The region is kept readable, everything else sealed."""

    name: str = ""
    phone: str = ""
    address: str = ""
    province: str = ""
    city: str = ""
    district: str = ""


@frozen
class Submission:
    """An order. The same `source` and `external_number` with the same contents are the same order.

    Who bought it is `customer_id`, else whom `claims` name. `total_minor` is checked when it is given.
    """

    source: str
    external_number: str
    items: Sequence[Item]
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
    customer_id: UUID | None = None
    store: str = ""  # its code; none: the source's, else the web shop
    language: str = "zh-Hans"
    placed_at: datetime | None = None
    promised_at: datetime | None = None

    @property
    def goods_minor(self) -> int:
        """All lines at their prices."""
        return sum(item.quantity * item.price_minor for item in self.items)

    @property
    def goods_index(self) -> bytes:
        """Equal for equal goods, amounts and times."""
        times = [moment.isoformat() if moment else "" for moment in (self.placed_at, self.promised_at)]
        amounts = [self.currency, self.discount_minor, self.shipping_minor, self.tax_minor, self.payment, self.store]
        said = [*amounts, *times, [(one.sku, one.quantity, one.price_minor, one.name) for one in self.items]]
        return box.blind_index("order.goods", plain_json(said))

    @property
    def person_index(self) -> bytes:
        """Equal for equal people, places and words."""
        who = [[claim.kind, claim.scope, claim.normal] for claim in self.claims]
        said = [{**self.recipient.__dict__}, self.remark, self.buyer_name, str(self.customer_id or ""), who]
        return box.blind_index("order.person", plain_json(said))


def sound(given: Submission, *, at: datetime) -> Submission:
    """The submission in one way of writing.

    Raises: OrderUnsound
    """
    tidied = _tidied(given)
    faults = (
        [*_of_order(tidied, at), *_of_lines(tidied)]
        if len(given.items) <= MOST_LINES
        else [Fault("lines", "many_lines")]
    )
    if not faults:
        faults = list(_of_amounts(tidied))
    if faults:
        raise OrderUnsound(faults)
    return tidied


def tidied_recipient(given: Recipient) -> Recipient:
    """Who gets it in one way of writing."""
    return Recipient(
        clip(_line(given.name), 80),
        clip(_line(given.phone), 40),
        clip(_line(given.address), 300),
        *(clip(_line(text), 40) for text in (given.province, given.city, given.district)),
    )


def _tidied(given: Submission) -> Submission:
    items = [
        Item(_line(item.sku)[:80], item.quantity, item.price_minor, clip(_line(item.name), 200), item.currency)
        for item in given.items[:MOST_LINES]
    ]
    changed = {
        "items": items,
        "recipient": tidied_recipient(given.recipient),
        "remark": clip(given.remark.replace("\0", "").strip(), 2000),
        "buyer_name": clip(_line(given.buyer_name), 80),
        "external_number": _line(given.external_number),
    }
    return Submission(**{**given.__dict__, **changed})


def _line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def _of_order(given: Submission, at: datetime) -> Iterator[Fault]:
    if not given.source.strip():
        yield Fault("source", "empty")
    if not 0 < len(given.external_number) <= 80:
        yield Fault("external_number", "empty")
    if not _CURRENCY.fullmatch(given.currency):
        yield Fault("currency", "currency_unknown")
    yield from _of_times(given, at)
    for name in ("discount_minor", "shipping_minor", "tax_minor"):
        if getattr(given, name) < 0:
            yield Fault(name, "negative")
        if getattr(given, name) > DEAREST:
            yield Fault(name, "large")


def _of_times(given: Submission, at: datetime) -> Iterator[Fault]:
    if given.placed_at is not None and given.placed_at > at + _AHEAD:
        yield Fault("placed_at", "early")
    if given.promised_at is not None and given.promised_at > at + _FAR:
        yield Fault("promised_at", "far")


def _of_lines(given: Submission) -> Iterator[Fault]:
    if not given.items:
        yield Fault("lines", "no_lines")
    for place, item in enumerate(given.items):
        if not item.sku:
            yield Fault(f"lines.{place}.sku", "empty")
        if not 0 < item.quantity <= MOST_PIECES:
            yield Fault(f"lines.{place}.quantity", "quantity")
        if item.price_minor <= 0:
            yield Fault(f"lines.{place}.price_minor", "price")
        if item.price_minor > DEAREST:
            yield Fault(f"lines.{place}.price_minor", "large")
        if item.currency not in ("", given.currency):
            yield Fault(f"lines.{place}.currency", "currency")


def _of_amounts(given: Submission) -> Iterator[Fault]:
    total = given.goods_minor - given.discount_minor + given.shipping_minor
    if given.discount_minor > given.goods_minor:
        yield Fault("discount_minor", "discount")
    elif given.tax_minor > total:
        yield Fault("tax_minor", "tax")
    elif given.total_minor is not None and given.total_minor != total:
        yield Fault("total_minor", "total")
