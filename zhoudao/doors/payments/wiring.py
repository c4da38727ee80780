"""What connects the kinds of payment services."""

from zhoudao.doors.payments.kinds.wechatpay.kind import WECHATPAY
from zhoudao.doors.payments.port import register


def wire() -> None:
    """This will have every kind of payment service told, asked, heard and set up."""
    register(WECHATPAY)
