"""What Shopify says of an order. Amounts are those of the shop's own currency, as text.

Source: https://shopify.dev/docs/api/admin-rest/latest/resources/order
"""

from zhoudao.doors.storefronts.given import Given, language_of, person
from zhoudao.doors.storefronts.regions import province_of
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.models import Storefront
from zhoudao.rooms.orders.storefronts.told import Told, Unread, items_of
from zhoudao.rooms.orders.submission import Item, Recipient

PAYMENTS = {
    "pending": "pending",
    "authorized": "authorised",
    "partially_paid": "pending",
    "paid": "captured",
    "partially_refunded": "partially_refunded",
    "refunded": "refunded",
    "voided": "failed",
    "expired": "failed",
}
_REASONS = {"customer": "customer", "inventory": "no_stock", "declined": "not_paid", "staff": "mistake"}


def read(shop: Storefront, raw: bytes) -> Told:
    """The order in a post. Raises: Unread."""
    given = Given.of(raw)
    if given.is_so("test"):
        raise Unread("test")
    currency, paid = given.needed("currency"), given.text("financial_status")
    if paid not in PAYMENTS:
        raise Unread("payment", "financial_status")
    is_over = given.has("cancelled_at") or not any(_left(line) for line in given.parts("line_items"))
    now = "" if is_over else "current_"
    return Told(
        external_number=given.needed("name").removeprefix("#"),
        said_at=given.moment("updated_at"),
        items=_items(given, currency, is_over=is_over),
        currency=currency,
        discount_minor=_amount(given, f"{now}total_discounts", "total_discounts", currency),
        shipping_minor=_shipping(given, currency),
        tax_minor=_amount(given, f"{now}total_tax", "total_tax", currency),
        total_minor=_amount(given, f"{now}total_price", "total_price", currency),
        payment=PAYMENTS[paid],
        recipient=_recipient(given),
        remark=given.text("note"),
        claims=_claims(shop, given),
        buyer_name=_name(given.part("customer")),
        language=language_of(given.text("customer_locale")),
        placed_at=given.moment("created_at"),
        cancelled_for=_REASONS.get(given.text("cancel_reason"), "other") if given.has("cancelled_at") else "",
    )


def _left(line: Given) -> int:
    """How many of a line are still wanted: less than were ordered where some were taken out or paid back."""
    return line.whole("current_quantity") if line.has("current_quantity") else line.whole("quantity")


def _items(given: Given, currency: str, *, is_over: bool) -> list[Item]:
    items = []
    for line in given.parts("line_items"):
        quantity = line.whole("quantity") if is_over else _left(line)
        if not quantity:
            continue
        gross = line.minor("price", currency) * quantity
        if not given.is_so("taxes_included"):
            gross += _tax(line, currency)
        name = line.text("name") or line.text("title")
        items += items_of(line.text("sku") or line.needed("variant_id"), name, quantity, gross)
    return items


def _amount(given: Given, now: str, first: str, currency: str) -> int:
    """As it is after changes, where they say so."""
    return given.minor(now if given.has(now) else first, currency)


def _shipping(given: Given, currency: str) -> int:
    shipping = given.part("total_shipping_price_set").part("shop_money").minor("amount", currency)
    if given.is_so("taxes_included"):
        return shipping
    return shipping + sum(_tax(line, currency) for line in given.parts("shipping_lines"))


def _tax(line: Given, currency: str) -> int:
    return sum(tax.minor("price", currency) for tax in line.parts("tax_lines"))


def _recipient(given: Given) -> Recipient:
    where = given.part("shipping_address")
    country = where.text("country_code")
    street = " ".join(filter(None, (where.text("address1"), where.text("address2"))))
    return Recipient(
        name=_name(where) or _name(given.part("customer")),
        phone=where.text("phone") or _phone(given),
        address=street,
        province=province_of(where.text("province_code"), where.text("province"), country),
        city=where.text("city"),
    )


def _name(somebody: Given) -> str:
    return person(somebody.text("first_name"), somebody.text("last_name")) or somebody.text("name")


def _phone(given: Given) -> str:
    return given.text("phone") or given.part("customer").text("phone")


def _claims(shop: Storefront, given: Given) -> list[Claim]:
    phone = _phone(given) or given.part("shipping_address").text("phone")
    claims = [
        Claim("phone", phone, verified=shop.asserts_identity),
        Claim("email", given.text("email"), verified=shop.asserts_identity),
        Claim("external", given.part("customer").text("id"), scope=shop.code),
    ]
    return [claim for claim in claims if claim.value]
