"""The words a case is closed with: what came of it. Why it came up: `rooms.complaints.causes`."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

OUTCOMES: dict[str, LazyText] = {
    "solved": _("Solved"),
    "answered": _("Question answered"),
    "compensated": _("Compensated"),
    "referred": _("Passed on"),
    "unfounded": _("Nothing was wrong"),
    "no_answer": _("Customer went silent"),
}
