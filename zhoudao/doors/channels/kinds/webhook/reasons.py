"""Why an answer did not reach the other system, in sentences a person can act on (gettext messages)."""

from django.utils.translation import gettext_noop

from zhoudao.kit.outgoing import code_of

NO_ADDRESS = gettext_noop("No address for answers is set up on this channel; an administrator has to fill it in.")
FORBIDDEN = gettext_noop("The address for answers leads into our own network; an administrator has to check it.")
UNREACHABLE = gettext_noop("The other system cannot be reached; it is tried again by itself.")
TOO_SLOW = gettext_noop("The other system took too long to answer; it is tried again by itself.")
NOT_TRUSTED = gettext_noop("The other system did not accept our signature; its administrator has to check the secret.")
NOT_THERE = gettext_noop("The other system does not know this address; an administrator has to check it.")
GONE = gettext_noop("The other system wants no more answers at this address; an administrator has to change it.")
TOO_LARGE = gettext_noop("The other system takes no message of this size; send less.")
MOVED = gettext_noop("The other system has moved; an administrator has to enter its new address.")
REFUSED = gettext_noop("The other system refused the answer; its administrator has to look at it.")
BROKEN = gettext_noop("The other system has trouble of its own; it is tried again by itself.")
TAKEN = gettext_noop("The other system took it.")

_BY_CODE = {
    "taken": TAKEN,
    "moved": MOVED,
    "not_trusted": NOT_TRUSTED,
    "not_there": NOT_THERE,
    "gone": GONE,
    "too_large": TOO_LARGE,
    "refused": REFUSED,
    "broken": BROKEN,
}
FINAL = frozenset([410, 413])


def of_status(status: int) -> str:
    """The sentence for what the other system answered."""
    return _BY_CODE[code_of(status)]
