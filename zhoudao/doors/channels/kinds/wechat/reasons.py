"""Why WeChat did not do what we asked, in sentences a person can act on (gettext messages)."""

from django.utils.translation import gettext_noop

NO_OPENID = gettext_noop("We do not know this customer on WeChat; use another channel.")
SILENT = gettext_noop("The customer has not written for 48 hours: WeChat carries no answer. Reach them another way.")
LEFT = gettext_noop("The customer no longer follows the account; reach them another way.")
ENOUGH = gettext_noop("WeChat carries no more answers until the customer writes again.")
NOT_ALLOWED = gettext_noop("The account may not send customer-service messages; an administrator has to apply for it.")
QUOTA = gettext_noop("WeChat's daily limit is used up; try again tomorrow or use another channel.")
SECRET = gettext_noop("WeChat refused AppID or AppSecret; an administrator has to check them.")
NETWORK = gettext_noop("WeChat does not take calls from our address; an administrator has to enter it on the platform.")
CONTENT = gettext_noop("WeChat refused the words of this answer; write it differently.")
TOO_LONG = gettext_noop("WeChat refused the answer as too long; send it in parts.")
PARTLY = gettext_noop("Only its beginning was sent; send the rest as a new answer.")
BUSY = gettext_noop("WeChat is busy; it is tried again by itself.")
UNREACHABLE = gettext_noop("WeChat cannot be reached; it is tried again by itself.")
FORBIDDEN = gettext_noop("The platform's address leads into our own network; an administrator has to check it.")
REFUSED = gettext_noop("WeChat refused; an administrator has to look at it.")
EXPIRED = gettext_noop("WeChat no longer has this file; ask the customer to send it again.")
FILE_TOO_LARGE = gettext_noop("This file is larger than 20 MB; ask the customer for another way.")
FILE_EMPTY = gettext_noop("WeChat gave an empty file; ask the customer to send it again.")

STALE_TOKEN = frozenset([40001, 40014, 42001])
_FINAL = {
    45015: SILENT,
    43004: LEFT,
    40003: LEFT,
    45047: ENOUGH,
    48001: NOT_ALLOWED,
    48004: NOT_ALLOWED,
    50001: NOT_ALLOWED,
    45009: QUOTA,
    40013: SECRET,
    40125: SECRET,
    41002: SECRET,
    41004: SECRET,
    40164: NETWORK,
    87009: CONTENT,
    45002: TOO_LONG,
    40007: EXPIRED,
}
_LATER = frozenset([-1, 45011, *STALE_TOKEN])


def of_code(code: int) -> tuple[str, bool]:
    """The sentence for an error code, and whether trying again is of no use."""
    if code in _LATER:
        return BUSY, False
    return _FINAL.get(code, REFUSED), True
