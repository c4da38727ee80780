"""The words a case is closed with: what came of it, and why it came up."""

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
CAUSES: dict[str, LazyText] = {
    "information": _("Missing information"),
    "product": _("Product"),
    "logistics": _("Delivery"),
    "service": _("Our service"),
    "billing": _("Price or bill"),
    "system": _("Website or system"),
    "customer": _("Customer's own"),
    "other": _("Something else"),
}
