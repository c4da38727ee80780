"""When customers are asked how it was."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.voice.asking import follow_up_rule
from zhoudao.rooms.voice.figures import follow_ups
from zhoudao.rooms.voice.opting import (
    MOST_DELAY_MINUTES,
    MOST_ORDER_DAYS,
    MOST_REST_DAYS,
    FollowUpUnsound,
    NewFollowUpRule,
    set_follow_up_rule,
)

_DAYS = 28


class FollowUpForm(forms.Form):
    """The rule."""

    is_on = forms.BooleanField(required=False)
    tells_progress = forms.BooleanField(required=False)
    asks_orders = forms.BooleanField(required=False)
    order_days = forms.IntegerField(min_value=1, max_value=MOST_ORDER_DAYS)
    delay_minutes = forms.IntegerField(min_value=0, max_value=MOST_DELAY_MINUTES)
    rest_days = forms.IntegerField(min_value=0, max_value=MOST_REST_DAYS)
    quiet_from = forms.TimeField(required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    quiet_until = forms.TimeField(required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


@require_http_methods(["GET", "POST"])
@permit("settings:read")
def follow_up(request: HttpRequest) -> HttpResponse:
    """The rule, and what came of it in the last four weeks."""
    viewer, at = viewer_of(request), now()
    if request.method == "POST" and not viewer.may("settings:write"):
        return redirect("settings_follow_up")
    form, refusal = FollowUpForm(request.POST or None, initial=_shown()), ""
    if request.method == "POST":
        try:
            if form.is_valid():
                silent = [store.id for store in _stores() if str(store.id) not in request.POST.getlist("store")]
                new = NewFollowUpRule(**form.cleaned_data, silent_stores=silent)
                set_follow_up_rule(new, by=By(viewer.actor), at=at)
                messages.success(request, _("Saved."))
                return redirect("settings_follow_up")
            refusal = said(FollowUpUnsound(FollowUpUnsound.__doc__))
        except FollowUpUnsound as error:
            refusal = said(error)
    context = {"form": form, "refusal": refusal, "found": follow_ups(viewer, days=_DAYS, at=at), "days": _DAYS}
    silent = follow_up_rule().silent_stores
    context |= {"stores": (stores := _stores()), "chosen": [store.id for store in stores if store.id not in silent]}
    return settings_page(request, "follow_up.html", context, here="settings_follow_up", status=422 if refusal else 200)


def _shown() -> dict[str, object]:
    rule = follow_up_rule()
    return {name: getattr(rule, name) for name in FollowUpForm.base_fields}


def _stores() -> list[Store]:
    return list(Store.objects.filter(closed_at=None).order_by("code"))
