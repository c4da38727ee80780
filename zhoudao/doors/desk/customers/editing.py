"""Writing down what a customer prefers and who looks after them."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.customers.views import person_or_404
from zhoudao.doors.desk.customers.words import CLASSES, CONSENTS, HOURS, LANGUAGES
from zhoudao.doors.desk.tags import CHANNEL_WORDS
from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.queries.people import PersonView
from zhoudao.rooms.customers.commands import Description, describe_customer


class ProfileForm(forms.Form):
    """What can be written down."""

    value_class = forms.ChoiceField()
    language = forms.ChoiceField(choices=list(LANGUAGES.items()))
    adviser = forms.ModelChoiceField(
        User.objects.filter(is_active=True).order_by("name"), required=False, empty_label=gettext_lazy("Nobody")
    )
    preferred_channel = forms.ChoiceField(required=False)
    contact_hours = forms.ChoiceField(choices=list(HOURS.items()), required=False)
    consents = forms.MultipleChoiceField(choices=list(CONSENTS.items()), required=False)

    def __init__(self, *args: Any, value_class: str, **more: Any) -> None:
        super().__init__(*args, **more)
        classes = CLASSES if value_class in CLASSES else CLASSES | {value_class: value_class}
        self.fields["value_class"].choices = list(classes.items())  # type: ignore[attr-defined]  # a choice field
        channels = [("", _("No preference")), *CHANNEL_WORDS.items()]
        self.fields["preferred_channel"].choices = channels  # type: ignore[attr-defined]  # a choice field

    def description(self) -> Description:
        """As the command takes it."""
        said = self.cleaned_data
        return Description(
            language=said["language"],
            value_class=said["value_class"],
            adviser_id=said["adviser"].pk if said["adviser"] else None,
            preferred_channel=said["preferred_channel"],
            contact_hours=said["contact_hours"],
            consents=tuple(said["consents"]),
        )


@require_http_methods(["GET", "POST"])
@permit("customers:write")
def edit(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """GET asks, POST writes down."""
    viewer = viewer_of(request)
    person = person_or_404(viewer, customer_id)
    form = ProfileForm(request.POST or None, initial=_initial(person), value_class=person.profile.value_class)
    if request.method == "POST" and form.is_valid():
        describe_customer(customer_id=person.id, said=form.description(), at=now(), by=By(viewer.actor))
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("customer", args=[person.id])
        return response
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/customers/edit.html", {"person": person, "form": form}, status=status)


def _initial(person: PersonView) -> dict[str, Any]:
    profile = person.profile
    return {
        "value_class": profile.value_class,
        "language": profile.language if profile.language in LANGUAGES else "zh-Hans",
        "adviser": profile.adviser_id,
        "preferred_channel": profile.preferred_channel,
        "contact_hours": profile.contact_hours,
        "consents": profile.consents,
    }
