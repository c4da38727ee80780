"""Why something was not taken, in words that say what to do."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, LazyText] = {
    "taken": _("The other system took it."),
    "unreachable": _("The other system cannot be reached: check the address, and whether it runs."),
    "too_slow": _("The other system took longer than ten seconds: it should answer first and work afterwards."),
    "forbidden": _("The address leads into a network that may not be asked: give a public one."),
    "moved": _("The other system has moved, and redirects are not followed: enter its new address."),
    "not_trusted": _("The other system did not accept our signature: compare the secret on both sides."),
    "not_there": _("The other system does not know this address: check its path."),
    "gone": _("The other system wants no more at this address: the webhook was paused."),
    "too_large": _("The other system says that this is too large for it."),
    "long_answer": _("The other system answered more than 64 KB: an empty answer is enough."),
    "refused": _("The other system refused it: its answer may say why."),
    "broken": _("The other system has trouble of its own."),
    "our_fault": _("Something went wrong on our side; tell an administrator if it stays so."),
    "lost": _("The process that sent it ended before the answer came."),
    "failing": _("The other system took nothing for three days: the webhook was paused."),
}


def in_words(code: str) -> str:
    """A reason in the reader's language."""
    return str(WORDS.get(code, code))
