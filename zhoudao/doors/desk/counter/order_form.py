"""An order taken by a person: who, how they get it, how it is paid; and as it is asked at the counter."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.installation import clock
from zhoudao.kit.languages import pick
from zhoudao.kit.text import NotAPhone, normalise_phone
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.submission import Item, Recipient, Submission

PICKED_UP, DELIVERED = "counter", "counter-delivery"  # their sources: addresses matter only to the second
_WHERE = ("address", "province", "city", "district")
DELIVERY = ("name", "phone", "province", "city", "address")  # what cannot be left out then
WAYS = {
    PICKED_UP: pgettext_lazy("counter order", "Taken along, or picked up here"),
    DELIVERED: pgettext_lazy("counter order", "Delivered"),
}
_PAID = [
    ("captured", pgettext_lazy("counter order", "Paid at the till")),
    ("pending", pgettext_lazy("counter order", "Not paid yet")),
]


class TakenForm(forms.Form):
    """Everything but the goods of an order that somebody takes down."""

    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, required=False)
    phone = forms.CharField(
        label=gettext_lazy("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    province = forms.CharField(label=gettext_lazy("Province"), max_length=40, required=False)
    city = forms.CharField(label=gettext_lazy("City"), max_length=40, required=False)
    district = forms.CharField(label=gettext_lazy("District"), max_length=40, required=False)
    address = forms.CharField(label=gettext_lazy("Street and number"), max_length=300, required=False)
    payment = forms.ChoiceField(label=gettext_lazy("Payment"), choices=_PAID, initial="captured")
    remark = forms.CharField(
        label=gettext_lazy("Remark"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean_phone(self) -> str:
        """A number that can be called."""
        text = str(self.cleaned_data["phone"]).strip()
        try:
            return normalise_phone(text) if text else ""
        except NotAPhone as error:
            raise forms.ValidationError(_("This is no telephone number.")) from error

    def need(self, *names: str) -> None:
        """This will say beside each of these that is empty that it is missing."""
        for name in names:
            if not str(self.cleaned_data.get(name, "")).strip() and name not in self.errors:
                self.add_error(name, _("Something is missing here."))

    def taken(self, items: list[Item], source: str, *, is_delivered: bool) -> Submission:
        """The order, whoever it is from."""
        given = self.cleaned_data
        where = {name: given[name] if is_delivered else "" for name in _WHERE}
        return Submission(
            source=source,
            external_number=str(given["submission_id"]),
            items=items,
            currency=clock.currency(),
            payment=given["payment"],
            recipient=Recipient(given["name"], given["phone"], **where),
            remark=given["remark"],
            buyer_name=given["name"],
        )


class OrderForm(TakenForm):
    """At the counter. A customer who was found needs no phone, unless something is delivered."""

    store = forms.ChoiceField(label=gettext_lazy("Store"))
    is_checked = forms.BooleanField(
        label=gettext_lazy("I have seen their phone, member card or papers"), required=False
    )
    way = forms.ChoiceField(choices=list(WAYS.items()), widget=forms.RadioSelect, initial=PICKED_UP)

    def __init__(
        self,
        stores: Iterable[Store],
        language: str,
        *,
        is_known: bool,
        data: QueryDict | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.is_known = is_known
        field = self.fields["store"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.code, pick(one.names, language)) for one in stores]

    def clean(self) -> dict[str, Any]:
        """What is delivered needs who and where; a stranger needs a number."""
        given = super().clean() or {}
        if given.get("way") == DELIVERED:
            self.need(*DELIVERY)
        elif not self.is_known:
            self.need("phone")
        return given

    def submission(self, items: list[Item], customer_id: UUID | None, counter: str) -> Submission:
        """The order; `counter` is what an unproven number belongs to."""
        given, way = self.cleaned_data, self.cleaned_data["way"]
        return replace(
            self.taken(items, way, is_delivered=way == DELIVERED),
            claims=() if customer_id else _claims(given["phone"], counter, is_checked=given["is_checked"]),
            customer_id=customer_id,
            store=given["store"],
        )


def _claims(phone: str, counter: str, *, is_checked: bool) -> list[Claim]:
    """As visits: a number nobody checked is this counter's own id of who gave it; good for a record, no proof."""
    return [Claim("phone", phone, verified=is_checked), Claim("external", phone, scope=counter)]
