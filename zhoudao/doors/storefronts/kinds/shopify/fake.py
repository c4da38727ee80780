"""A shop on Shopify: a double for tests, which writes orders as Shopify does and signs them."""

import json
from decimal import Decimal
from typing import Any

from zhoudao.doors.storefronts.kinds.shopify.listening import HEADER, TOPIC
from zhoudao.doors.storefronts.signing import signature


def order(number: int, *lines: tuple[str, int, str], **more: Any) -> dict[str, Any]:
    """An order of (SKU, pieces, price) lines, paid, to Miss Wang."""
    goods = sum((Decimal(price) * quantity for _sku, quantity, price in lines), Decimal())
    discount, shipping = Decimal(more.pop("discount", "0.00")), Decimal(more.pop("shipping", "0.00"))
    return {
        "id": 5_000_000_000 + number,
        "name": f"#{number}",
        "created_at": "2026-03-10T09:58:00+08:00",
        "updated_at": "2026-03-10T09:58:00+08:00",
        "currency": "CNY",
        "taxes_included": True,
        "financial_status": "paid",
        "total_price": str(goods - discount + shipping),
        "total_discounts": str(discount),
        "total_tax": "0.00",
        "total_shipping_price_set": {"shop_money": {"amount": str(shipping), "currency_code": "CNY"}},
        "customer_locale": "zh-CN",
        "note": "周末送",
        "email": "wang@example.com",
        "phone": None,
        "customer": {"id": 700_001, "first_name": "小姐", "last_name": "王", "phone": None},
        "shipping_address": {
            "first_name": "小姐",
            "last_name": "王",
            "phone": "+8613812348000",
            "address1": "鼓楼区中山北路 88 号",
            "address2": "3 单元 501",
            "city": "南京市",
            "province": "Jiangsu",
            "province_code": "JS",
            "country_code": "CN",
        },
        "line_items": [
            {"sku": sku, "quantity": quantity, "current_quantity": quantity, "price": price, "name": f"商品 {sku}"}
            for sku, quantity, price in lines
        ],
        "shipping_lines": [],
        **more,
    }


def posted(content: Any, secret: str, topic: str = "orders/create", id_: str = "") -> tuple[bytes, dict[str, str]]:
    """A webhook's body and headers."""
    body = json.dumps(content, ensure_ascii=False).encode()
    return body, {HEADER: signature(body, secret), TOPIC: topic, "X-Shopify-Webhook-Id": id_}
