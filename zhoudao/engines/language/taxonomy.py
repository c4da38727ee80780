"""What customers of a shop write about: the topics a message can have, each with the kind of case it makes."""

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["inquiry", "complaint", "after_sales", "order_exception", "feedback", "value_added", "care", "other"]
Urgency = Literal["none", "injury", "fire", "security", "legal", "deadline"]
Language = Literal["zh-Hans", "zh-Hant", "en", "mixed", "other"]

KINDS: Final[tuple[Kind, ...]] = (
    "inquiry",
    "complaint",
    "after_sales",
    "order_exception",
    "feedback",
    "value_added",
    "care",
    "other",
)
URGENCIES: Final[tuple[Urgency, ...]] = ("none", "injury", "fire", "security", "legal", "deadline")
LANGUAGES: Final[tuple[Language, ...]] = ("zh-Hans", "zh-Hant", "en", "mixed", "other")


class NoSuchTopic(LookupError):
    """There is no topic of this code."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One of the things a message can chiefly be about; `kind` is a case's kind, or `other` where no case need be."""

    code: str
    kind: Kind
    zh: str
    en: str


TOPICS: Final[tuple[Topic, ...]] = (
    Topic("inquiry.product", "inquiry", "商品咨询", "Product question"),
    Topic("inquiry.usage", "inquiry", "使用方法", "How to use it"),
    Topic("inquiry.price", "inquiry", "价格", "Price"),
    Topic("inquiry.stock", "inquiry", "库存到货", "Stock"),
    Topic("inquiry.promotion", "inquiry", "活动优惠", "Offers and coupons"),
    Topic("inquiry.invoice", "inquiry", "发票", "Invoice"),
    Topic("inquiry.payment", "inquiry", "支付", "Payment"),
    Topic("inquiry.member", "inquiry", "会员账号", "Membership and account"),
    Topic("inquiry.store", "inquiry", "门店", "Stores and hours"),
    Topic("inquiry.delivery", "inquiry", "配送运费", "Delivery terms"),
    Topic("inquiry.warranty", "inquiry", "保修政策", "Warranty terms"),
    Topic("inquiry.return_policy", "inquiry", "退换政策", "Return terms"),
    Topic("order.change", "order_exception", "修改订单", "Change an order"),
    Topic("order.cancel", "order_exception", "取消订单", "Cancel an order"),
    Topic("logistics.track", "inquiry", "物流查询", "Where is my parcel"),
    Topic("logistics.urge", "order_exception", "催发货催件", "Hurry a delivery"),
    Topic("logistics.damaged", "order_exception", "收货破损", "Arrived damaged"),
    Topic("logistics.lost", "order_exception", "丢件未收到", "Parcel lost"),
    Topic("logistics.wrong", "order_exception", "错发漏发", "Wrong or missing goods"),
    Topic("after_sales.return", "after_sales", "退货退款", "Return"),
    Topic("after_sales.exchange", "after_sales", "换货", "Exchange"),
    Topic("after_sales.repair", "after_sales", "维修", "Repair"),
    Topic("after_sales.refund_only", "after_sales", "仅退款", "Refund without return"),
    Topic("after_sales.reship", "after_sales", "补发", "Send again"),
    Topic("after_sales.status", "after_sales", "售后退款进度", "Progress of a return, refund or repair"),
    Topic("after_sales.price_protection", "after_sales", "保价补差", "Price protection"),
    Topic("value_added.service", "value_added", "安装与增值服务", "Installation and other services"),
    Topic("complaint.product", "complaint", "投诉商品", "Complaint about goods"),
    Topic("complaint.service", "complaint", "投诉服务", "Complaint about service"),
    Topic("complaint.logistics", "complaint", "投诉物流", "Complaint about delivery"),
    Topic("complaint.promise", "complaint", "承诺未兑现", "Broken promise"),
    Topic("feedback.suggestion", "feedback", "建议", "Suggestion"),
    Topic("feedback.praise", "feedback", "表扬", "Praise"),
    Topic("other.agent", "other", "转人工", "Asks for a person"),
    Topic("other.greeting", "other", "问候致谢", "Greeting or thanks"),
    Topic("other.other", "other", "其他", "Other"),
)
_BY_CODE: Final = {topic.code: topic for topic in TOPICS}


def topic_of(code: str) -> Topic:
    """The topic of a code.

    Raises: NoSuchTopic.

    >>> topic_of("logistics.urge").en
    'Hurry a delivery'
    """
    try:
        return _BY_CODE[code]
    except KeyError:
        raise NoSuchTopic(code) from None
