"""What somebody writes who drops something off."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhoudao.kit.text import NotAPhone, normalise_phone
from zhoudao.rooms.conversations.commands import Inbound
from zhoudao.rooms.conversations.commands.visits import Visitor
from zhoudao.rooms.visits.models import Need

_QUIET = {"autocomplete": "off", "autocorrect": "off", "spellcheck": "false"}


class DropOffForm(forms.Form):
    """Who, what, and what is wrong with it."""

    form_token = forms.CharField(max_length=200, widget=forms.HiddenInput)
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=80, widget=forms.TextInput(attrs=_QUIET))
    phone = forms.CharField(
        label=gettext_lazy("Phone"), max_length=40, widget=forms.TextInput(attrs={**_QUIET, "inputmode": "tel"})
    )
    text = forms.CharField(
        label=gettext_lazy("What do you leave here, and what shall be done?"),
        max_length=2000,
        widget=forms.Textarea(attrs={**_QUIET, "rows": 3}),
    )
    order_number = forms.CharField(
        label=gettext_lazy("Order number"), max_length=60, required=False, widget=forms.TextInput(attrs=_QUIET)
    )

    def clean_phone(self) -> str:
        """A number that can be rung: without it nobody could say that it is ready."""
        try:
            return normalise_phone(self.cleaned_data["phone"])
        except NotAPhone as error:
            raise forms.ValidationError(_("This is no telephone number.")) from error

    def visitor(self) -> Visitor:
        """Who stands there, as they say; nobody has checked it."""
        return Visitor(name=self.cleaned_data["name"], phone=self.cleaned_data["phone"])

    def inbound(self, channel: str, need: Need, form_id: UUID) -> Inbound:
        """As the store's counter takes it."""
        return Inbound(
            channel=channel,
            external_id=f"kiosk/{form_id}",
            text=self.cleaned_data["text"],
            order_number=self.cleaned_data["order_number"],
            kind=need.kind,
        )

    def begin_anew(self, token: str) -> None:
        """This will make what is sent next a form of its own, with everything that was typed."""
        self.data = {**dict(self.data.items()), "form_token": token}
