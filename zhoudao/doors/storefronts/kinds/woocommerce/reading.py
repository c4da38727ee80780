"""What WooCommerce says of an order. Its amounts are without tax, each with its tax beside it.

Source: https://woocommerce.github.io/woocommerce-rest-api-docs/#order-properties
"""

from zhoudao.doors.storefronts.given import Given, person
from zhoudao.doors.storefronts.regions import province_of
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.models import Storefront
from zhoudao.rooms.orders.storefronts.told import Told, Unread, items_of
from zhoudao.rooms.orders.submission import Item, Recipient

PAYMENTS = {
    "pending": "pending",
    "on-hold": "pending",
    "processing": "captured",
    "completed": "captured",
    "cancelled": "pending",
    "refunded": "refunded",
    "failed": "failed",
}


def read(shop: Storefront, raw: bytes) -> Told:
    """The order in a post. Raises: Unread."""
    given = Given.of(raw)
    status, currency = given.text("status"), given.text("currency")
    if not status and not currency:
        raise Unread("deleted", given.text("id")[:40])
    if status not in PAYMENTS:
        raise Unread("payment", "status")
    gross, net = _sum(given, "subtotal", "subtotal_tax", currency), _sum(given, "total", "total_tax", currency)
    return Told(
        external_number=given.text("number") or given.needed("id"),
        said_at=given.moment("date_modified_gmt"),
        items=_items(given, currency),
        currency=currency,
        discount_minor=gross - net,
        shipping_minor=given.minor("shipping_total", currency) + given.minor("shipping_tax", currency),
        tax_minor=given.minor("total_tax", currency),
        total_minor=given.minor("total", currency),
        payment=_payment(given, status),
        recipient=_recipient(given),
        remark=given.text("customer_note"),
        claims=_claims(shop, given),
        buyer_name=_name(given.part("billing")),
        placed_at=given.moment("date_created_gmt"),
        cancelled_for="customer" if status == "cancelled" else "",
    )


def _payment(given: Given, status: str) -> str:
    """A cancelled one that had been paid is still paid, until the money goes back."""
    if status == "cancelled" and given.has("date_paid_gmt"):
        return "captured"
    if status in ("processing", "completed") and given.has("refunds"):
        return "partially_refunded"
    return PAYMENTS[status]


def _sum(given: Given, name: str, tax: str, currency: str) -> int:
    return sum(line.minor(name, currency) + line.minor(tax, currency) for line in given.parts("line_items"))


def _items(given: Given, currency: str) -> list[Item]:
    items = []
    for line in given.parts("line_items"):
        gross = line.minor("subtotal", currency) + line.minor("subtotal_tax", currency)
        sku = line.text("sku") or line.needed("product_id")
        items += items_of(sku, line.text("name"), line.whole("quantity"), gross)
    return items


def _recipient(given: Given) -> Recipient:
    where, payer = given.part("shipping"), given.part("billing")
    if not where.has("address_1"):
        where = payer
    return Recipient(
        name=_name(where) or _name(payer),
        phone=where.text("phone") or payer.text("phone"),
        address=" ".join(filter(None, (where.text("address_1"), where.text("address_2")))),
        province=province_of(where.text("state"), "", where.text("country")),
        city=where.text("city"),
    )


def _name(somebody: Given) -> str:
    return person(somebody.text("first_name"), somebody.text("last_name"))


def _claims(shop: Storefront, given: Given) -> list[Claim]:
    payer = given.part("billing")
    known = given.text("customer_id")
    claims = [
        Claim("phone", payer.text("phone"), verified=shop.asserts_identity),
        Claim("email", payer.text("email"), verified=shop.asserts_identity),
        Claim("external", known if known != "0" else "", scope=shop.code),
    ]
    return [claim for claim in claims if claim.value]
