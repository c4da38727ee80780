"""An incident as a form, and words for all its cases."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.cases.outcomes import OUTCOMES
from zhoudao.rooms.complaints.causes import causes
from zhoudao.rooms.incidents.commands.opening import LONGEST_TEXT, LONGEST_TITLE, TAGS, Description
from zhoudao.rooms.incidents.commands.rounds import Wanted
from zhoudao.rooms.incidents.models import Incident, Risk, Severity
from zhoudao.rooms.incidents.watching import risk_choices

LANGUAGES = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English"}
_FIELDS = {tag: f"text_{tag.replace('-', '_').lower()}" for tag in TAGS}


def _words(rows: int = 4) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows, "maxlength": LONGEST_TEXT})
    return forms.CharField(max_length=LONGEST_TEXT, required=False, widget=area)


def by_language(texts: dict[str, str]) -> list[tuple[str, str, str]]:
    """Words for showing: the language's own name, its tag, the words; in one order."""
    return [(name, tag, texts[tag]) for tag, name in LANGUAGES.items() if texts.get(tag)]


class TextsForm(forms.Form):
    """Words by language."""

    def __init__(self, *args: Any, texts: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for tag, name in _FIELDS.items():
            self.fields[name] = _words()
            self.fields[name].label = LANGUAGES[tag]
            self.fields[name].widget.attrs["lang"] = tag
            self.initial.setdefault(name, (texts or {}).get(tag, ""))

    def texts(self) -> dict[str, str]:
        """What was written, by language tag."""
        return {tag: self.cleaned_data.get(name, "") for tag, name in _FIELDS.items()}

    def written_fields(self) -> list[forms.BoundField]:
        """The fields of the words."""
        return [self[name] for name in _FIELDS.values()]


def offered(row: Incident | Risk | None) -> Q:
    """The stores something may be of: those that are open, and the one it is of already."""
    return Q(closed_at=None) | Q(id=row.store_id if row else None)


class IncidentForm(TextsForm):
    """What it is, how bad, where, why, what is told to whom, and (only when it is opened) its plan."""

    title = forms.CharField(label=gettext_lazy("What is wrong"), max_length=LONGEST_TITLE)
    severity = forms.ChoiceField(
        label=gettext_lazy("How bad"), choices=Severity.choices, initial=Severity.MAJOR, widget=forms.RadioSelect
    )
    store = forms.ModelChoiceField(Store.objects.none(), label=gettext_lazy("Store"), required=False)
    cause = _words(2)
    guidance = _words(3)
    is_public = forms.BooleanField(required=False)
    risk = forms.ChoiceField(label=gettext_lazy("Prepared for"), required=False)
    plan = forms.CharField(required=False, max_length=9000, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, row: Incident | None = None, **kwargs: Any) -> None:
        super().__init__(*args, texts=row.told if row else {}, **kwargs)
        store = self.fields["store"]
        assert isinstance(store, forms.ModelChoiceField)
        store.queryset, store.empty_label = Store.objects.filter(offered(row)).order_by("code"), _("the whole company")
        risk = self.fields["risk"]
        assert isinstance(risk, forms.ChoiceField)
        risk.choices = [("", _("no risk of the register")), *((str(id_), title) for id_, title in risk_choices())]
        if row is not None:
            names = ("title", "severity", "cause", "guidance", "is_public")
            self.initial.update({name: getattr(row, name) for name in names}, store=row.store_id)

    def described(self) -> Description:
        """What the command wants."""
        said = self.cleaned_data
        names = ("title", "severity", "cause", "guidance", "is_public")
        store = said["store"]
        return Description(
            **{name: said[name] for name in names}, told=self.texts(), store_id=store.pk if store else None
        )

    def chosen_risk(self) -> Risk | None:
        """The risk whose plan it begins with."""
        return Risk.objects.filter(id=self.cleaned_data["risk"]).first() if self.cleaned_data["risk"] else None

    def plan_lines(self) -> list[str]:
        """The steps, one a line."""
        return str(self.cleaned_data["plan"]).splitlines()


class CloseForm(TextsForm):
    """How all cases are resolved, and what is said with it."""

    outcome = forms.ChoiceField(label=gettext_lazy("What came of it"), choices=OUTCOMES.items)
    cause = forms.ChoiceField(label=gettext_lazy("Why it came up"), choices=lambda: list(causes().items()))

    def wanted(self) -> Wanted:
        """What the command wants."""
        return Wanted(self.texts(), self.cleaned_data["outcome"], self.cleaned_data["cause"])
