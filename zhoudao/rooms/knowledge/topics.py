"""What articles are about: the shelves of the help centre, in the order they stand there."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import pgettext_lazy

TOPICS: dict[str, tuple[LazyText, str]] = {
    "orders": (pgettext_lazy("topic", "Orders"), "package"),
    "delivery": (pgettext_lazy("topic", "Delivery"), "truck"),
    "returns": (pgettext_lazy("topic", "Returns and exchanges"), "undo-2"),
    "refunds": (pgettext_lazy("topic", "Refunds"), "wallet"),
    "payment": (pgettext_lazy("topic", "Payment and invoices"), "hand-coins"),
    "warranty": (pgettext_lazy("topic", "Warranty and repairs"), "wrench"),
    "products": (pgettext_lazy("topic", "Products and care"), "sparkles"),
    "account": (pgettext_lazy("topic", "Account and privacy"), "user"),
    "stores": (pgettext_lazy("topic", "Stores and services"), "store"),
    "work": (pgettext_lazy("topic", "How we work"), "list-checks"),
}
