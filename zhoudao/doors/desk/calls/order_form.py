"""An order by telephone, as it is confirmed: always delivered."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy, pgettext_lazy

from zhoudao.doors.desk.counter.order_form import DELIVERY, TakenForm

_PAID = [
    ("pending", pgettext_lazy("telephone order", "Not paid yet")),
    ("captured", pgettext_lazy("telephone order", "Paid already")),
]


class PhoneOrderForm(TakenForm):
    """Everything but the goods."""

    payment = forms.ChoiceField(label=gettext_lazy("Payment"), choices=_PAID, initial="pending")

    def __init__(self, *, data: QueryDict | None = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        """It is sent: who and where cannot be left out."""
        given = super().clean() or {}
        self.need(*DELIVERY)
        return given
