"""A case a colleague opens with a customer: nobody has to wait to be written to."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.customers.views import person_or_404
from zhoudao.doors.desk.tags import in_words
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.models import Kind
from zhoudao.rooms.conversations.commands import Inbound, ensure_desk, receive_message

LONGEST = 20_000


class CaseForm(forms.Form):
    """What it is about, of which kind and store; `asked_id` makes a second press the same case."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices)
    store = forms.ChoiceField(label=gettext_lazy("Store"))
    words = forms.CharField(label=gettext_lazy("What it is about"), max_length=LONGEST, widget=forms.Textarea)
    asked_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, stores: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["store"].choices = stores  # type: ignore[attr-defined]  # a choice field


@require_http_methods(["GET", "POST"])
@permit("cases:write")
def begin(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """GET asks what it is about, POST opens it; from the case the customer is then written to by any of their ways."""
    viewer = viewer_of(request)
    person, stores = person_or_404(viewer, customer_id), _stores(viewer)
    if person.is_erased or not stores:
        raise Http404
    form = CaseForm(request.POST or None, stores=stores, initial={"kind": Kind.INQUIRY, "asked_id": uuid4()})
    if request.method == "POST" and form.is_valid():
        _open(person.id, form.cleaned_data)
        messages.success(request, _("The case is being opened; it appears here in a moment."))
        response = HttpResponse(status=204)
        response["HX-Redirect"] = reverse("customer", args=[person.id])
        return response
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/customers/begin.html", {"person": person, "form": form}, status=status)


def _open(customer_id: UUID, said: dict[str, Any]) -> None:
    inbound = Inbound(
        channel=ensure_desk().code,
        external_id=f"desk/{customer_id}/{said['asked_id']}",
        customer_id=customer_id,
        text=said["words"],
        store=said["store"],
        kind=said["kind"],
        is_new_topic=True,
    )
    receive_message(inbound=inbound, at=now())


def _stores(viewer: Viewer) -> list[tuple[str, str]]:
    """The open stores this viewer works in, the web shop first."""
    rows = Store.objects.filter(closed_at=None)
    worked_in = viewer.within("cases:write").stores_worked_in
    if worked_in is not None:
        rows = rows.filter(id__in=worked_in)
    found = sorted(rows, key=lambda store: (store.code != "web", store.code))
    return [(store.code, in_words(store.names) or store.code) for store in found]
