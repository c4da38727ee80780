"""The kind: told by API v3, asked, and heard by callback."""

from django.utils.translation import gettext_lazy as _

from zhoudao.doors.payments.kinds.wechatpay import signing
from zhoudao.doors.payments.kinds.wechatpay.listening import hear, taken, untaken
from zhoudao.doors.payments.kinds.wechatpay.paying import BASE, BY_NUMBER, BY_TRANSACTION, ask, send
from zhoudao.doors.payments.port import Kind
from zhoudao.rooms.aftersales.setups import Field, Given, Setup

_CHECKS = {
    "private_key": signing.private_key,
    "public_key": signing.public_key,
    "sealing_key": signing.sealing_key,
}


def wrong(given: Given) -> str:
    """Which field cannot be right: keys that are none of their kind, or numbers that are known as something else."""
    for name, check in _CHECKS.items():
        try:
            check(given.get(name, ""))
        except signing.BadKey:
            return name
    return "" if given.get("numbers", BY_NUMBER) in (BY_NUMBER, BY_TRANSACTION) else "numbers"


SETUP = Setup(
    kind="wechatpay",
    words=_("WeChat Pay"),
    about=_(
        "Pays refunds back the way the money came, by API v3: told once, asked until it says, heard when it tells."
    ),
    fields=(
        Field("merchant", _("Merchant number"), "mchid"),
        Field("serial", _("Serial number of our certificate"), _("Account centre, API security, API certificate.")),
        Field("private_key", _("Our private key"), _("What apiclient_key.pem contains."), is_secret=True, is_long=True),
        Field("sealing_key", _("API v3 key"), _("32 letters and digits."), is_secret=True),
        Field(
            "public_serial",
            _("Number of their public key"),
            _("PUB_KEY_ID_…, or the serial number of their certificate."),
        ),
        Field("public_key", _("Their public key"), _("As PEM: the public key, or the certificate."), is_long=True),
        Field(
            "numbers",
            _("Our order numbers are their"),
            _("out_trade_no (the merchant's) or transaction_id (WeChat Pay's)."),
            is_needed=False,
            default=BY_NUMBER,
        ),
        Field("base", _("Where it is asked"), is_needed=False, default=BASE),
    ),
    wrong=wrong,
)
WECHATPAY = Kind(SETUP, send, ask, hear, taken, untaken)
