"""What a customer says at the counter, as it is written down."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhoudao.kit.languages import pick
from zhoudao.rooms.cases.models import Kind, Tier
from zhoudao.rooms.conversations.commands import Inbound, Upload
from zhoudao.rooms.conversations.commands.visits import Visitor
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.visits.told import Told

MOST_PHOTOS = 6
_KINDS = (Kind.INQUIRY, Kind.COMPLAINT, Kind.AFTER_SALES, Kind.FEEDBACK, Kind.VALUE_ADDED)
_BY_WORDS = [("", gettext_lazy("As the words say"))]


class _Several(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several files at once."""

    widget = _Several(attrs={"accept": "image/*,application/pdf,video/*", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The files, each within the limits."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > MOST_PHOTOS:
            raise forms.ValidationError(_("At most 6 files."))
        files = [super(PhotosField, self).clean(one, initial) for one in given]
        if any(file.size > settings.FILE_LIMIT_BYTES for file in files):
            raise forms.ValidationError(_("This file is larger than 20 MB."))
        return files


class VisitForm(forms.Form):
    """Who, what, and how it is to be treated. Who was found needs none of the fields about who they are."""

    visit_id = forms.UUIDField(widget=forms.HiddenInput)
    channel = forms.ChoiceField(label=gettext_lazy("Counter"))
    about = forms.CharField(max_length=20, required=False)  # a case they have; else it is something new
    text = forms.CharField(
        label=gettext_lazy("What the customer says"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    tier = forms.ChoiceField(label=gettext_lazy("Tier"), required=False)
    order_number = forms.CharField(label=gettext_lazy("Order number"), max_length=60, required=False)
    photos = PhotosField(label=gettext_lazy("Photos"), required=False)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, required=False)
    phone = forms.CharField(
        label=gettext_lazy("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    email = forms.CharField(
        label=gettext_lazy("E-mail"),
        max_length=250,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocapitalize": "none"}),
    )
    member = forms.CharField(label=gettext_lazy("Member number"), max_length=40, required=False)
    is_checked = forms.BooleanField(
        label=gettext_lazy("I have seen their phone, member card or papers"), required=False
    )

    def __init__(
        self,
        channels: Iterable[Channel],
        language: str,
        data: QueryDict | None = None,
        files: MultiValueDict[str, Any] | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, files, initial=initial)
        choices: dict[str, list[tuple[Any, Any]]] = {
            "channel": [(one.code, pick(one.names, language) or pick(one.store.names, language)) for one in channels],
            "kind": [*_BY_WORDS, *((kind.value, kind.label) for kind in _KINDS)],
            "tier": [*_BY_WORDS, *Tier.choices],
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = offered

    def clean(self) -> dict[str, Any]:
        """Something must have been said or shown."""
        given = super().clean() or {}
        if not given.get("text", "").strip() and not given.get("photos") and "text" not in self.errors:
            self.add_error("text", _("Write down what they say, or take a photo."))
        return given

    def begin_anew(self) -> None:
        """This will make what is sent next a visit of its own."""
        self.data = {**dict(self.data.items()), "visit_id": str(uuid4())}

    def visitor(self, customer_id: UUID | None, told: Told) -> Visitor:
        """Who stands there; what they told the queue already is not typed again."""
        given = self.cleaned_data
        named = {name: given[name] for name in ("name", "phone", "email", "member", "is_checked")}
        named |= {"name": named["name"] or told.name, "phone": named["phone"] or told.phone}
        return Visitor(customer_id=customer_id, **named)

    def inbound(self, only_stores: frozenset[UUID] | None) -> Inbound:
        """What they say."""
        given = self.cleaned_data
        return Inbound(
            channel=given["channel"],
            external_id=f"counter/{given['visit_id']}",
            text=given["text"],
            uploads=[Upload(file.name, file.read()) for file in given["photos"]],
            order_number=given["order_number"],
            kind=given["kind"],
            tier=given["tier"],
            only_stores=only_stores,
        )
