"""Why a mail did not leave or arrive, in sentences a person can act on (kept as gettext messages, shown translated)."""

import re

from django.utils.translation import gettext_noop

NO_ADDRESS = gettext_noop("We have no e-mail address of this customer; use another channel.")
NOT_SET_UP = gettext_noop("The mailbox is not set up correctly; an administrator has to look at it.")
UNREACHABLE = gettext_noop("Our outgoing mail server cannot be reached; it is tried again by itself.")
SIGN_IN = gettext_noop("Our outgoing mail server refused the sign-in; an administrator has to check the password.")
NOT_ENCRYPTED = gettext_noop(
    "The connection to our outgoing mail server is not safe; an administrator has to check it."
)
UNKNOWN_ADDRESS = gettext_noop("This e-mail address does not exist; reach the customer another way.")
MAILBOX_FULL = gettext_noop("The customer's mailbox is full; try again later or use another channel.")
TOO_LARGE = gettext_noop("The receiving server takes no mail of this size; send less.")
NOT_ALLOWED = gettext_noop("The receiving server does not trust our mails; an administrator has to check SPF and DKIM.")
REFUSED = gettext_noop("The receiving server refused this mail.")
LATER = gettext_noop("The receiving server is busy; it is tried again by itself.")

_BY_STATUS = (
    (r"[45]\.1\.[0-9]|[45]\.4\.4", UNKNOWN_ADDRESS),
    (r"[45]\.2\.1", UNKNOWN_ADDRESS),
    (r"[45]\.2\.2", MAILBOX_FULL),
    (r"[45]\.(2\.3|3\.4)", TOO_LARGE),
    (r"[45]\.7\.\d+", NOT_ALLOWED),
)
_BY_CODE = {552: TOO_LARGE, 535: SIGN_IN, 530: SIGN_IN, 534: SIGN_IN}
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


def of_status(status: str) -> str:
    """The sentence for an enhanced status code (RFC 3463)."""
    return next((reason for pattern, reason in _BY_STATUS if re.fullmatch(pattern, status)), REFUSED)


def of_answer(code: int, words: str) -> str:
    """The sentence for what an SMTP server answered."""
    found = _STATUS.search(words)
    if found and (reason := of_status(found[0])) != REFUSED:
        return reason
    return _BY_CODE.get(code, LATER if 400 <= code < 500 else REFUSED)
