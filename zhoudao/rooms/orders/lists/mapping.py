"""Which column of a list says what of an order."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise as LazyText
from django.utils.translation import pgettext_lazy

FIELDS: dict[str, LazyText] = {
    "external_number": pgettext_lazy("column", "Order number"),
    "sku": pgettext_lazy("column", "Item number (SKU)"),
    "product_name": pgettext_lazy("column", "Item name"),
    "quantity": pgettext_lazy("column", "Quantity"),
    "price": pgettext_lazy("column", "Price of one"),
    "placed_at": pgettext_lazy("column", "Placed at"),
    "promised_at": pgettext_lazy("column", "Promised for"),
    "discount": pgettext_lazy("column", "Discount of the order"),
    "shipping": pgettext_lazy("column", "Shipping of the order"),
    "line_shipping": pgettext_lazy("column", "Shipping of the row"),
    "tax": pgettext_lazy("column", "Tax contained"),
    "total": pgettext_lazy("column", "Total, to check"),
    "payment": pgettext_lazy("column", "Paid or not"),
    "buyer_id": pgettext_lazy("column", "Buyer's id in the shop"),
    "buyer_name": pgettext_lazy("column", "Buyer's name"),
    "buyer_phone": pgettext_lazy("column", "Buyer's telephone"),
    "buyer_email": pgettext_lazy("column", "Buyer's mail address"),
    "name": pgettext_lazy("column", "Recipient"),
    "phone": pgettext_lazy("column", "Recipient's telephone"),
    "province": pgettext_lazy("column", "Province"),
    "city": pgettext_lazy("column", "City"),
    "district": pgettext_lazy("column", "District"),
    "address": pgettext_lazy("column", "Street and house"),
    "remark": pgettext_lazy("column", "Buyer's remark"),
    "store": pgettext_lazy("column", "Store (its code)"),
    "currency": pgettext_lazy("column", "Currency"),
    "approved_at": pgettext_lazy("column", "Approved at"),
    "shipped_at": pgettext_lazy("column", "Handed over at"),
    "delivered_at": pgettext_lazy("column", "Delivered at"),
    "cancelled_at": pgettext_lazy("column", "Cancelled at"),
    "status": pgettext_lazy("column", "Status (only: cancelled)"),
}
NEEDED = ("external_number", "sku", "price")
_TITLES: dict[str, tuple[str, ...]] = {
    "external_number": ("order number", "order no", "order id", "订单号", "订单编号", "订单编码", "主订单编号"),
    "sku": ("item number", "product id", "商品编码", "商品编号", "货号", "商家编码", "宝贝编码", "sku编码"),
    "product_name": ("product name", "item name", "item", "商品名称", "商品标题", "宝贝标题", "商品"),
    "quantity": ("qty", "数量", "购买数量", "宝贝总数量"),
    "price": ("unit price", "单价", "商品价格", "价格", "商品单价"),
    "placed_at": ("order date", "date", "created at", "下单时间", "订单创建时间", "创建时间", "订单时间"),
    "promised_at": ("promised date", "estimated delivery date", "预计送达", "承诺送达时间", "承诺发货时间"),
    "discount": ("discount amount", "优惠", "优惠金额", "折扣"),
    "shipping": ("freight", "shipping fee", "运费", "买家应付邮费"),
    "tax": ("tax amount", "税额"),
    "total": ("total amount", "订单金额", "总金额", "实付金额", "买家应付货款"),
    "payment": ("payment status", "付款状态", "支付状态"),
    "buyer_id": ("customer id", "buyer", "买家id", "买家会员名", "会员号", "客户编号"),
    "buyer_name": ("customer", "customer name", "买家", "买家姓名", "客户姓名"),
    "buyer_phone": ("customer phone", "买家电话", "买家手机"),
    "buyer_email": ("email", "e-mail", "customer email", "邮箱"),
    "name": ("recipient", "ship to", "收货人", "收货人姓名", "收件人"),
    "phone": ("telephone", "mobile", "收货电话", "收货人电话", "联系电话", "联系手机", "手机", "电话", "手机号"),
    "province": ("state", "省", "省份"),
    "city": ("town", "市", "城市"),
    "district": ("county", "区", "区县"),
    "address": ("street", "地址", "收货地址", "详细地址"),
    "remark": ("note", "buyer note", "备注", "买家留言", "买家备注"),
    "store": ("store code", "门店", "店铺", "门店编号"),
    "currency": ("currency code", "币种"),
    "approved_at": ("approved", "审核时间", "付款时间"),
    "shipped_at": ("shipped", "发货时间"),
    "delivered_at": ("delivered", "签收时间", "送达时间"),
    "cancelled_at": ("cancelled", "取消时间"),
    "status": ("order status", "订单状态"),
}
_SOURCE = re.compile(r"[A-Za-z0-9_-]{1,40}")
_SHIPPED = Path(__file__).parent / "maps"


class MapUnsound(ValueError):
    """This map cannot be used."""


@dataclass(frozen=True)
class Join:
    """Another file of the same folder, whose rows go with those of the same value in the column `on`."""

    file: str
    on: str


@dataclass(frozen=True)
class OrderMap:
    """`columns`: field → the column's title. `words`: field → what a list says → our code.

    `zone` is of times that name none. `is_history`: these orders are over or known elsewhere, and nobody is told.
    """

    source: str
    columns: Mapping[str, str]
    store: str = ""
    currency: str = "CNY"
    zone: str = "Asia/Shanghai"
    language: str = "zh-Hans"
    is_history: bool = False
    file: str = ""
    join: Sequence[Join] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def stored(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    @classmethod
    def of(cls, said: object) -> "OrderMap":
        """The map that is written so.

        Raises: MapUnsound
        """
        if not isinstance(said, dict):
            raise MapUnsound("A map is a JSON object.")
        unknown = set(said) - set(cls.__dataclass_fields__)
        if unknown:
            raise MapUnsound(f"A map has no {', '.join(sorted(unknown))}.")
        try:
            made = cls(**{**said, "join": tuple(Join(**one) for one in said.get("join", ()))})
        except TypeError as error:
            raise MapUnsound(f"The map is not whole: {error}") from error
        made.check()
        return made

    def check(self) -> None:
        """Raises: MapUnsound."""
        if not _SOURCE.fullmatch(self.source):
            raise MapUnsound("The source is a name of letters, digits, - and _, at most 40.")
        if not re.fullmatch("[A-Z]{3}", self.currency):
            raise MapUnsound("A currency is three capital letters, such as CNY.")
        unknown = set(self.columns) - set(FIELDS)
        if unknown:
            raise MapUnsound(f"An order has no {', '.join(sorted(unknown))}.")
        missing = [name for name in NEEDED if not self.columns.get(name)]
        if missing:
            raise MapUnsound(f"No column says {', '.join(missing)}.")
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError) as error:
            raise MapUnsound(f"There is no time zone {self.zone!r}.") from error


def shipped_map(name: str) -> OrderMap | None:
    """A map that comes with us."""
    path = _SHIPPED / f"{name}.json"
    if not re.fullmatch("[a-z]+", name) or not path.exists():
        return None
    return OrderMap.of(json.loads(path.read_text(encoding="utf-8")))


def guess(titles: Sequence[str]) -> dict[str, str]:
    """Which of these columns say what, by their titles."""
    plain = {_plain(title): title for title in reversed(titles) if title}
    found: dict[str, str] = {}
    for name in FIELDS:
        for wanted in (name, *_TITLES.get(name, ())):
            title = plain.get(_plain(wanted))
            if title is not None and title not in found.values():
                found[name] = title
                break
    return found


def _plain(title: str) -> str:
    return re.sub(r"[\s_\-.:：()（）*#/]", "", title).lower()
