"""The form of whatever has a code and a name in each language."""

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.places import PlaceRefused
from zhoudao.kit.languages import LANGUAGES


class NamedForm(forms.Form):
    """A code, only while it is new, and the names. Whether they will do is the command's to say."""

    fixed: ClassVar[tuple[str, ...]] = ("code",)  # fields that stay as they were founded
    code = forms.CharField(label=gettext_lazy("Code"), max_length=60, required=False, strip=True)

    def __init__(self, data: Any, *, is_new: bool, initial: dict[str, Any]) -> None:
        names = initial.pop("names", {})
        words = {f"name_{tag}": names.get(tag, "") for tag in LANGUAGES}
        super().__init__(data, initial=initial | words)
        for tag, name in LANGUAGES.items():
            self.fields[f"name_{tag}"] = forms.CharField(label=name, max_length=60, required=False)
        if not is_new:
            for name in self.fixed:
                del self.fields[name]

    @property
    def words(self) -> list[forms.BoundField]:
        """The names, a language each."""
        return [self[f"name_{tag}"] for tag in LANGUAGES]

    def names(self) -> dict[str, str]:
        """What was written, by language."""
        return {tag: self.cleaned_data[f"name_{tag}"] for tag in LANGUAGES}

    def refuse(self, refusal: PlaceRefused) -> None:
        """This will say at its field what the command found wrong."""
        field = f"name_{next(iter(LANGUAGES))}" if refusal.field == "names" else refusal.field
        self.add_error(field if field in self.fields else None, said(refusal))


def form_page(request: HttpRequest, template: str, form: NamedForm, *, here: str, **more: Any) -> HttpResponse:
    """The form beside the column of settings; refused, with what was typed."""
    status = 422 if form.errors else 200
    return settings_page(request, template, {"form": form, **more}, here=here, status=status)
