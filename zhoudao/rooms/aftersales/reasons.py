"""Why something comes back, and whose fault that names."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Reason(models.TextChoices):
    """Why, as the customer says."""

    NO_REASON = "no_reason", pgettext_lazy("return because", "I changed my mind")
    UNSUITABLE = "unsuitable", pgettext_lazy("return because", "It does not fit or suit me")
    QUALITY = "quality", pgettext_lazy("return because", "It does not work properly")
    NOT_AS_DESCRIBED = "not_as_described", pgettext_lazy("return because", "It is not as described")
    WRONG_ITEM = "wrong_item", pgettext_lazy("return because", "I got something else")
    MISSING = "missing", pgettext_lazy("return because", "Something is missing")
    DAMAGED = "damaged", pgettext_lazy("return because", "It arrived damaged")
    LOST = "lost", pgettext_lazy("return because", "It never arrived")
    PRICE_FELL = "price_fell", pgettext_lazy("return because", "The price fell")
    LATE = "late", pgettext_lazy("return because", "It came late")
    NOT_SENT = "not_sent", pgettext_lazy("return because", "It was never sent")


class Fault(models.TextChoices):
    """Whose fault a reason names."""

    CUSTOMER = "customer", pgettext_lazy("fault of", "nobody's")
    SELLER = "seller", pgettext_lazy("fault of", "ours")
    CARRIER = "carrier", pgettext_lazy("fault of", "the carrier's")


FAULT_OF = {
    Reason.NO_REASON: Fault.CUSTOMER,
    Reason.UNSUITABLE: Fault.CUSTOMER,
    Reason.NOT_SENT: Fault.CUSTOMER,
    Reason.DAMAGED: Fault.CARRIER,
    Reason.LOST: Fault.CARRIER,
    Reason.LATE: Fault.CARRIER,
}  # every other reason is the seller's


def fault_of(reason: str) -> Fault:
    """Whose fault a reason names."""
    return FAULT_OF.get(Reason(reason), Fault.SELLER)
