"""A call as it is noted by hand."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhoudao.ground.installation import clock
from zhoudao.kit.languages import pick
from zhoudao.rooms.conversations.commands import Inbound, Upload
from zhoudao.rooms.conversations.commands.calls import Rang
from zhoudao.rooms.conversations.models import Channel

_LENGTH = re.compile(r"(\d{1,4})[:：](\d{1,2})")


class LengthField(forms.CharField):
    """A span as people write it, `3:20` or seconds; becomes seconds."""

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value) or "0").strip()
        if text.isascii() and text.isdigit() and len(text) <= 5:
            return int(text)
        found = _LENGTH.fullmatch(text)
        if found is None or int(found[2]) > 59:
            raise forms.ValidationError(_("Minutes and seconds, such as 3:20."))
        return int(found[1]) * 60 + int(found[2])


class CallForm(forms.Form):
    """Who rang, how it went, what it was about. An empty start means: it has just ended."""

    call_id = forms.UUIDField(widget=forms.HiddenInput)
    channel = forms.ChoiceField(label=gettext_lazy("Line"))
    caller = forms.CharField(label=gettext_lazy("Caller's number"), max_length=40, required=False)
    name = forms.CharField(label=gettext_lazy("Caller's name"), max_length=80, required=False)
    summary = forms.CharField(
        label=gettext_lazy("What it was about"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    wait = LengthField(label=gettext_lazy("Waited"), required=False)
    talk = LengthField(label=gettext_lazy("Spoke"), required=False)
    started_at = forms.DateTimeField(
        label=gettext_lazy("Rang at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    ended_by = forms.ChoiceField(
        label=gettext_lazy("Hung up"),
        choices=[
            ("customer", gettext_lazy("the customer")),
            ("colleague", gettext_lazy("we")),
            ("network", gettext_lazy("the line broke")),
        ],
    )
    recording = forms.FileField(label=gettext_lazy("Recording"), required=False)

    def __init__(
        self,
        channels: Iterable[Channel],
        language: str,
        data: QueryDict | None = None,
        files: MultiValueDict[str, Any] | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, files, initial=initial)
        choices = [(channel.code, pick(channel.names, language) or channel.code) for channel in channels]
        field = self.fields["channel"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def rang(self, now: datetime) -> Rang:
        """How it went."""
        given = self.cleaned_data
        lasted = timedelta(seconds=given["wait"] + given["talk"])
        started = given["started_at"]
        there = started.replace(tzinfo=clock.zone()) if started else now - lasted
        return Rang(given["caller"], there, given["wait"], given["talk"], given["ended_by"])

    def inbound(self, only_stores: frozenset[UUID] | None) -> Inbound:
        """What was said."""
        given, file = self.cleaned_data, self.cleaned_data["recording"]
        return Inbound(
            channel=given["channel"],
            external_id=f"by-hand/{given['call_id']}",
            name=given["name"],
            text=given["summary"],
            uploads=[Upload(file.name, file.read())] if file else [],
            only_stores=only_stores,
        )
