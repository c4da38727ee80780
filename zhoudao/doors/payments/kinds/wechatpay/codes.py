"""WeChat Pay's words for states and errors, and ours.

Source: https://pay.weixin.qq.com/doc/v3/merchant/4012587971 (asking for a refund), …/4013071041 (asking about one)
"""

from collections.abc import Mapping
from typing import Any

from zhoudao.kit import outgoing
from zhoudao.rooms.aftersales.answers import PAID, PROCESSING, REFUSED, UNHEARD, Said

CURRENCY = "CNY"  # the only one their refunds know; a callback does not name it
_REFUSALS = {
    "NOT_ENOUGH": "not_enough",
    "USER_ACCOUNT_ABNORMAL": "account",
    "RESOURCE_NOT_EXISTS": "not_there",
    "MCH_NOT_EXISTS": "not_allowed",
    "NO_AUTH": "not_allowed",
    "PARAM_ERROR": "unsound",
    "INVALID_REQUEST": "refused",
}
# Said with whatever status: it may have paid, or has not looked at it yet.
_NO_ANSWERS = {
    "SYSTEM_ERROR": "broken",
    "BIZERR_NEED_RETRY": "broken",
    "FREQUENCY_LIMITED": "busy",
    "FREQUENCY_LIMIT_EXCEED": "busy",
    "RATELIMIT_EXCEEDED": "busy",
    "SIGN_ERROR": "not_trusted",
}
_UNSAID = Said(UNHEARD, "broken")


def stands(refund: Mapping[str, Any], status: Any) -> Said:
    """What a refund of theirs says, in an answer (`status`) or a callback (`refund_status`)."""
    amount = refund.get("amount")
    minor = amount.get("refund") if isinstance(amount, dict) else None
    if status in ("CLOSED", "ABNORMAL"):
        return Said(REFUSED, str(status).lower())
    if status not in ("SUCCESS", "PROCESSING") or type(minor) is not int or not isinstance(amount, dict):
        return _UNSAID
    currency = str(amount.get("currency") or CURRENCY)
    what = PAID if status == "SUCCESS" else PROCESSING
    return Said(what, reference=str(refund.get("refund_id", "")), amount_minor=minor, currency=currency)


def refusal(status: int, code: str) -> Said:
    """What an error of theirs says; one without a code of theirs is somebody else's, on the way.

    >>> [refusal(*one).trouble for one in ((403, "NOT_ENOUGH"), (500, "SYSTEM_ERROR"), (429, ""), (404, ""))]
    ['not_enough', 'broken', 'busy', 'broken']
    """
    if code in _NO_ANSWERS:
        return Said(UNHEARD, _NO_ANSWERS[code])
    if status == 429:
        return Said(UNHEARD, "busy")
    if status == 401:
        return Said(UNHEARD, "not_trusted")
    if not code or outgoing.code_of(status) in ("broken", "moved", "taken"):
        return _UNSAID
    return Said(REFUSED, _REFUSALS.get(code, "refused"))
