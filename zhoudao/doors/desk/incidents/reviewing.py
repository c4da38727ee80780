"""Looking back on an incident: its figures, what was learned, who does what until when."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from zhoudao.doors.desk.incidents.pages import incident_or_404
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.incidents import queries
from zhoudao.rooms.incidents.commands.holding import is_in_charge
from zhoudao.rooms.incidents.commands.opening import LONGEST_TEXT
from zhoudao.rooms.incidents.commands.reviewing import LookedBack, give_action, review_incident, tick_action
from zhoudao.rooms.incidents.figures import figures_of
from zhoudao.rooms.incidents.models import Incident, Part, Review
from zhoudao.rooms.incidents.refusals import ActionNotFound, ActionUnsound, IncidentRefusal


class ReviewForm(forms.Form):
    """What was learned."""

    happened = forms.CharField(label=gettext_lazy("What happened, in a few sentences"), max_length=LONGEST_TEXT)
    root_cause = forms.CharField(label=gettext_lazy("Root cause"), max_length=LONGEST_TEXT, required=False)
    went_well = forms.CharField(label=gettext_lazy("What went well"), max_length=LONGEST_TEXT, required=False)
    went_badly = forms.CharField(label=gettext_lazy("What went badly"), max_length=LONGEST_TEXT, required=False)

    def __init__(self, *args: Any, row: Incident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = Review.objects.filter(incident=row).first()
        for name, field in self.fields.items():
            field.widget = forms.Textarea(attrs={"rows": 3})
            self.initial[name] = getattr(known, name) if known else row.cause if name == "root_cause" else ""


@require_http_methods(["GET", "POST"])
@permit("incidents:read")
def review(request: HttpRequest, incident: str) -> HttpResponse:
    """The figures, the review, the actions; POST keeps the review."""
    viewer, row = viewer_of(request), incident_or_404(incident)
    form, refusal = ReviewForm(request.POST or None, row=row), ""
    if request.method == "POST" and form.is_valid():
        try:
            looked = LookedBack(**form.cleaned_data)
            review_incident(incident_id=row.id, looked=looked, viewer=viewer, at=clock.now())
        except IncidentRefusal as error:
            refusal = said(error)
        else:
            messages.success(request, _("The review is kept."))
            return redirect("incident_review", row.number)
    return _page(request, row, form, refusal)


@require_POST
@permit("incidents:read")
def add(request: HttpRequest, incident: str) -> HttpResponse:
    """Something to do, somebody who does it, a day."""
    viewer, row, refusal = viewer_of(request), incident_or_404(incident), ""
    try:
        give_action(
            incident_id=row.id,
            words=request.POST.get("words", ""),
            owner_id=uuid_in(request.POST.get("owner", "")) or UUID(int=0),
            due_date=_day(request.POST.get("due", "")),
            viewer=viewer,
            at=clock.now(),
        )
    except IncidentRefusal as error:
        refusal = said(error)
    else:
        messages.success(request, _("Given; they are told."))
        return redirect("incident_review", row.number)
    return _page(request, row, ReviewForm(row=row), refusal)


@require_POST
@permit("incidents:read")
def tick(request: HttpRequest, incident: str, action_id: UUID) -> HttpResponse:
    """Done, or not after all."""
    row = incident_or_404(incident)
    is_done, viewer = request.POST.get("done") == "1", viewer_of(request)
    try:
        tick_action(incident_id=row.id, action_id=action_id, is_done=is_done, viewer=viewer, at=clock.now())
    except ActionNotFound:
        raise Http404 from None
    except IncidentRefusal as error:
        messages.error(request, said(error))
    return redirect("incident_review", row.number)


def _page(request: HttpRequest, row: Incident, form: ReviewForm, refusal: str) -> HttpResponse:
    viewer = viewer_of(request)
    takes_part = is_in_charge(row, viewer, *Part)
    today = clock.now().astimezone(clock.zone()).date()
    actions = row.actions.select_related("owner").order_by("due_date", "added_at")
    context = {
        "row": row,
        "form": form,
        "refusal": refusal,
        "figures": figures_of(row),
        "actions": [
            (one, one.done_at is None and one.due_date < today, takes_part or one.owner_id == viewer.user_id)
            for one in actions
        ],
        "people": queries.people() if takes_part else [],
        "takes_part": takes_part,
        "today": today,
        "said": request.POST,
    }
    return render(request, "desk/incidents/review.html", context, status=422 if refusal or form.errors else 200)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ActionUnsound from None
