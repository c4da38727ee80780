"""The form of a channel, made from what its kind says it needs."""

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from zhoudao.ground.accounts.models import Store
from zhoudao.kit.languages import pick, tag
from zhoudao.rooms.conversations.commands.channels import Change
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.conversations.setups import BadSetup, Field, Setup

_CODE = r"^(?!new$)[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$"


class ChannelForm(forms.Form):
    """Name, store and whatever the kind needs; a secret left empty stays as it was."""

    code = forms.RegexField(
        _CODE,
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("Small letters, digits and -; it stands in addresses and cannot be changed later."),
        error_messages={"invalid": gettext_lazy("Small letters, digits and - only, at most 40.")},
    )
    name = forms.CharField(label=gettext_lazy("Channel name"), max_length=80)
    store = forms.ModelChoiceField(
        Store.objects.filter(closed_at=None).order_by("code"), label=gettext_lazy("Store"), empty_label=None
    )
    is_active = forms.BooleanField(label=gettext_lazy("Takes messages"), required=False, initial=True)

    def __init__(self, setup: Setup, channel: Channel | None, data: QueryDict | None = None) -> None:
        initial = {"store": Store.objects.filter(code="web").first(), **_initial(setup, channel)}
        super().__init__(data, initial=initial)
        self.setup, self.channel = setup, channel
        if channel is not None:
            del self.fields["code"]
        for asked in setup.fields:
            self.fields[_key(asked.name)] = _field(asked, has_before=channel is not None)

    def clean(self) -> dict[str, Any]:
        """Everything together, as the kind judges it."""
        cleaned = super().clean() or {}
        if not self.errors:
            change = self.change()
            try:
                self.setup.check(change.config, change.secrets)
            except BadSetup as refusal:
                self.add_error(_key(refusal.field), str(refusal.words))
        return cleaned

    def change(self) -> Change:
        """What the channel becomes."""
        given, before = self.cleaned_data, self.channel
        config: dict[str, Any] = dict(before.config) if before else {}
        secrets: dict[str, str] = {}
        for asked in self.setup.fields:
            value = given[_key(asked.name)]
            if asked.kind == "secret":
                secrets |= {asked.name: value} if value else {}
            else:
                config = _put(config, asked.name.split("."), _plain(asked, value))
        names = {**(before.names if before else {}), tag(get_language()): given["name"]}
        return Change(names, given["store"], given["is_active"], config, secrets)

    def own(self) -> Iterator[forms.BoundField]:
        """The fields of the kind."""
        for asked in self.setup.fields:
            yield self[_key(asked.name)]


def _field(asked: Field, *, has_before: bool) -> forms.Field:
    common: dict[str, Any] = {"label": asked.words, "help_text": asked.hint, "required": asked.is_needed}
    if asked.kind == "secret":
        return _secret(asked, has_before=has_before)
    makers: dict[str, Callable[[], forms.Field]] = {
        "number": lambda: forms.IntegerField(min_value=1, max_value=65535, **common),
        "choice": lambda: forms.ChoiceField(choices=list(asked.choices), **common),
        "yes_no": lambda: forms.BooleanField(**(common | {"required": False})),
        "lines": lambda: forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, **common),
        "date": lambda: forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **common),
    }
    return makers.get(asked.kind, lambda: forms.CharField(max_length=500, **common))()


def _secret(asked: Field, *, has_before: bool) -> forms.Field:
    return forms.CharField(
        label=str(asked.words),
        help_text=_("Leave it empty to keep the one there is.") if has_before else str(asked.hint),
        required=asked.is_needed and not has_before,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def _plain(asked: Field, value: Any) -> Any:
    if asked.kind == "lines":
        return [line.strip() for line in str(value).splitlines() if line.strip()]
    if asked.kind == "date":
        return value.isoformat() if value else ""
    return value


def _put(config: dict[str, Any], path: list[str], value: Any) -> dict[str, Any]:
    name, rest = path[0], path[1:]
    return {**config, name: _put(dict(config.get(name) or {}), rest, value) if rest else value}


def _initial(setup: Setup, channel: Channel | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for asked in setup.fields:
        if asked.kind == "secret":
            continue
        value: Any = channel.config if channel else {}
        for part in asked.name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        value = "\n".join(value) if isinstance(value, list) else value
        found[_key(asked.name)] = asked.default if value is None else value
    if channel is not None:
        found |= {"name": pick(channel.names, get_language()), "store": channel.store, "is_active": channel.is_active}
    return found


def _key(name: str) -> str:
    return name.replace(".", "__")
