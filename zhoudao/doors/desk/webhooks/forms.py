"""The form of a webhook."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.webhooks.catalogue import kinds_known
from zhoudao.ground.webhooks.commands.managing import Terms, terms_of
from zhoudao.ground.webhooks.models import Webhook


class WebhookForm(forms.Form):
    """Where, of what, of which store, in order or faster."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        help_text=gettext_lazy("Begins with https://. Every event is posted there, signed."),
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false", "autocomplete": "off"}),
    )
    description = forms.CharField(label=gettext_lazy("What for"), max_length=120, required=False)
    store = forms.ModelChoiceField(
        Store.objects.none(), required=False, label=gettext_lazy("Store"), empty_label=gettext_lazy("All stores")
    )
    at_once = forms.TypedChoiceField(
        coerce=int,
        initial=1,
        choices=[
            (1, gettext_lazy("One after the other, in their order")),
            (4, gettext_lazy("Up to four at once: faster, in no order")),
        ],
        label=gettext_lazy("How they are sent"),
    )
    types = forms.MultipleChoiceField(
        error_messages={"required": gettext_lazy("Choose at least one kind of event.")},
    )

    def __init__(self, viewer: Viewer, webhook: Webhook | None, data: QueryDict | None = None) -> None:
        super().__init__(data, initial=_initial(webhook))
        own = _stores(viewer)
        store = self.fields["store"]
        assert isinstance(store, forms.ModelChoiceField)
        store.queryset = own
        if viewer.stores is not None:
            store.required, store.empty_label = True, None
        kinds = self.fields["types"]
        assert isinstance(kinds, forms.MultipleChoiceField)
        kinds.choices = [(type_, type_) for type_ in sorted(kinds_known() | set(webhook.types if webhook else []))]

    @property
    def chosen(self) -> set[str]:
        """The kinds that are ticked."""
        return set(self["types"].value() or [])

    def terms(self) -> Terms:
        """What it becomes."""
        given = self.cleaned_data
        store = given["store"]
        return Terms(
            url=given["url"].strip(),
            types=tuple(sorted(set(given["types"]) & kinds_known())),
            description=given["description"].strip(),
            store_id=store.id if store else None,
            at_once=given["at_once"],
        )


def _stores(viewer: Viewer) -> QuerySet[Store]:
    rows = Store.objects.filter(closed_at=None).order_by("code")
    return rows if viewer.stores is None else rows.filter(id__in=viewer.stores)


def _initial(webhook: Webhook | None) -> dict[str, Any]:
    if webhook is None:
        return {}
    terms = terms_of(webhook)
    return {
        "url": terms.url,
        "description": terms.description,
        "store": terms.store_id,
        "at_once": terms.at_once,
        "types": list(terms.types),
    }
