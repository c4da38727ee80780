"""What a customer fills in."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhoudao.doors.portal.help.needs import CALL_TIMES, WISHES, Need
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import NotAnEmail, NotAPhone, normalise_email, normalise_phone
from zhoudao.rooms.conversations.commands import Claim, Inbound, Upload

MOST_FILES = 5


class _Several(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once."""

    widget = _Several(attrs={"multiple": True})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The files, each within the limits."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > MOST_FILES:
            raise forms.ValidationError(_("At most 5 files fit in one message."))
        files = [super(FilesField, self).clean(one, initial) for one in given]
        if any(file.size > settings.FILE_LIMIT_BYTES for file in files):
            raise forms.ValidationError(_("A file may have up to 20 MB, a message up to 25 MB."))
        return files


@frozen
class Known:
    """A customer who is signed in: nothing we know of them is asked again."""

    customer_id: UUID
    kinds: frozenset[str]

    def not_asked(self, need: Need) -> list[str]:
        """The fields that are left out; a number to be called is asked for as long as we have none."""
        return ["name", "email", *([] if need.needs_phone and "phone" not in self.kinds else ["phone"])]


class HelpForm(forms.Form):
    """A need in the customer's words. `website` is for machines: nobody sees it."""

    form_token = forms.CharField(max_length=200, widget=forms.HiddenInput)
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))
    order_number = forms.CharField(label=gettext_lazy("Order number"), max_length=60, required=False)
    wish = forms.ChoiceField(label=gettext_lazy("What would help you?"), choices=WISHES, required=False)
    serial = forms.CharField(label=gettext_lazy("Serial number (on the label)"), max_length=60, required=False)
    call_time = forms.ChoiceField(label=gettext_lazy("When shall we call?"), choices=CALL_TIMES, required=False)
    text = forms.CharField(
        label=gettext_lazy("What happened, and what do you need?"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    photos = FilesField(label=gettext_lazy("Photos or files"), required=False)
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.CharField(
        label=gettext_lazy("E-mail"),
        max_length=250,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )

    def __init__(self, need: Need, *args: Any, known: Known | None = None, **named: Any) -> None:
        super().__init__(*args, **named)
        self.need, self.known = need, known
        for name in known.not_asked(need) if known else ():
            del self.fields[name]
        for name in {"order_number", "wish", "serial", "call_time"} - set(need.asks):
            del self.fields[name]

    def clean_phone(self) -> str:
        """A number that can be rung."""
        given = self.cleaned_data["phone"].strip()
        try:
            return normalise_phone(given) if given else ""
        except NotAPhone as error:
            raise forms.ValidationError(_("This is no telephone number.")) from error

    def clean_email(self) -> str:
        """An address that can be written to."""
        given = self.cleaned_data["email"].strip()
        try:
            return normalise_email(given) if given else ""
        except NotAnEmail as error:
            raise forms.ValidationError(_("This is no mail address.")) from error

    def clean(self) -> dict[str, Any]:
        """Somebody who left neither number nor address could not be answered."""
        given = super().clean() or {}
        if not (
            self.known or given.get("phone") or given.get("email") or "phone" in self.errors or "email" in self.errors
        ):
            self.add_error("email", _("Leave a phone number or an e-mail address, so that we can answer you."))
        if self.need.needs_phone and "phone" in self.fields and not given.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Which number shall we call?"))
        return given

    def begin_anew(self, token: str) -> None:
        """This will make what is sent next a form of its own, with everything that was typed."""
        self.data = {**dict(self.data.items()), "form_token": token, "website": ""}

    @property
    def contact(self) -> str:
        """By what this form's sender is told apart."""
        return str(self.known.customer_id) if self.known else self.cleaned_data["email"] or self.cleaned_data["phone"]

    def inbound(self, channel: str, form_id: UUID) -> Inbound:
        """As the conversations take it. What nobody checked finds a record of this form only, nobody's history."""
        given = self.cleaned_data
        claims = [Claim("external", self.contact, scope=channel)]
        claims += [Claim(kind, given[kind]) for kind in ("phone", "email") if given.get(kind)]
        return Inbound(
            channel=channel,
            external_id=f"form/{form_id}",
            claims=claims,
            name=given.get("name", ""),
            text="\n".join([*self._asked(), given["text"]]),
            uploads=[Upload(file.name, file.read()) for file in given["photos"]],
            order_number=given.get("order_number", ""),
            subject=str(self.need.words),
            kind=self.need.kind,
            is_new_topic=True,
        )

    def _asked(self) -> list[str]:
        """What else was asked, a line each, in the customer's language."""
        given = self.cleaned_data
        wishes = {code: str(words) for code, words in (*WISHES, *CALL_TIMES) if code}
        said = {
            _("Order number"): given.get("order_number", ""),
            _("Wish"): wishes.get(given.get("wish", ""), ""),
            _("Serial number"): given.get("serial", ""),
            _("Call"): wishes.get(given.get("call_time", ""), ""),
        }
        return [f"{name}: {value}" for name, value in said.items() if value]
