"""A shop on WooCommerce: a double for tests, which writes orders as WooCommerce does and signs them."""

import json
from decimal import Decimal
from typing import Any

from zhoudao.doors.storefronts.kinds.woocommerce.listening import HEADER, TOPIC
from zhoudao.doors.storefronts.signing import signature


def order(number: int, *lines: tuple[str, int, str, str], **more: Any) -> dict[str, Any]:
    """An order of (SKU, pieces, net for all of them, their tax) lines, paid, to Miss Wang."""
    whole = sum((Decimal(net) + Decimal(tax) for _sku, _quantity, net, tax in lines), Decimal())
    said = [("subtotal", 2), ("subtotal_tax", 3), ("total", 2), ("total_tax", 3)]
    return {
        "id": number,
        "number": str(number),
        "status": "processing",
        "currency": "CNY",
        "date_created_gmt": "2026-03-10T01:58:00",
        "date_modified_gmt": "2026-03-10T01:58:00",
        "date_paid_gmt": "2026-03-10T01:58:30",
        "shipping_total": "0.00",
        "shipping_tax": "0.00",
        "total": str(whole),
        "total_tax": str(sum((Decimal(line[3]) for line in lines), Decimal())),
        "customer_id": 31,
        "customer_note": "",
        "billing": {"first_name": "小姐", "last_name": "王", "phone": "13812348000", "email": "wang@example.com"},
        "shipping": {
            "first_name": "小姐", "last_name": "王", "address_1": "鼓楼区中山北路 88 号", "address_2": "501",
            "city": "南京市", "state": "CN11", "country": "CN", "phone": "13812348000",
        },
        "line_items": [
            {"sku": line[0], "product_id": 9, "name": f"商品 {line[0]}", "quantity": line[1]}
            | {name: line[place] for name, place in said}
            for line in lines
        ],
        "refunds": [],
        **more,
    }  # fmt: skip


def posted(content: Any, secret: str, topic: str = "order.created") -> tuple[bytes, dict[str, str]]:
    """A webhook's body and headers."""
    body = json.dumps(content, ensure_ascii=False).encode()
    return body, {HEADER: signature(body, secret), TOPIC: topic}
