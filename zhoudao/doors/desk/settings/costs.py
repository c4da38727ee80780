"""What work is taken to cost: the assumptions behind minutes and money in figures."""

from django import forms
from django.contrib import messages
from django.core.validators import MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.money import BadAmount, Money
from zhoudao.rooms.tallies.rates import ERRORS, MOST_MINUTES, RatesUnsound, rates, set_rates


class RatesForm(forms.Form):
    """The assumptions; money as people write it."""

    answer_minutes = forms.IntegerField(min_value=1, max_value=MOST_MINUTES)
    promise_minutes = forms.IntegerField(min_value=1, max_value=MOST_MINUTES)
    repeat_minutes = forms.IntegerField(min_value=1, max_value=MOST_MINUTES)
    bounce_minutes = forms.IntegerField(min_value=1, max_value=MOST_MINUTES)
    parcel_minutes = forms.IntegerField(min_value=1, max_value=MOST_MINUTES)
    back_minutes = forms.IntegerField(min_value=1, max_value=MOST_MINUTES)
    minute = forms.DecimalField(validators=[MinValueValidator(0)], max_digits=9, decimal_places=3)


@require_http_methods(["GET", "POST"])
@permit("settings:read")
def costs(request: HttpRequest) -> HttpResponse:
    """As they are; POST says them anew, for all figures at once."""
    viewer, currency = viewer_of(request), clock.currency()
    if request.method == "POST" and not viewer.may("settings:write"):
        return redirect("settings_costs")
    known = rates()
    shown = {name: getattr(known, name) for name in ("answer_minutes", *ERRORS)}
    shown["minute"] = Money(known.minute_minor, currency).amount
    form, refusal = RatesForm(request.POST or None, initial=shown), ""
    if request.method == "POST":
        try:
            if not form.is_valid():
                raise RatesUnsound(RatesUnsound.__doc__)
            minor = Money.of(form.cleaned_data["minute"], currency).minor
            spans = {name: form.cleaned_data[name] for name in ("answer_minutes", *ERRORS)}
            set_rates(minute_minor=minor, by=By(viewer.actor), at=clock.now(), **spans)
            messages.success(request, _("Saved."))
            return redirect("settings_costs")
        except (RatesUnsound, BadAmount) as error:
            refusal = said(error if isinstance(error, RatesUnsound) else RatesUnsound(RatesUnsound.__doc__))
    context = {"form": form, "refusal": refusal, "currency": currency}
    return settings_page(request, "costs.html", context, here="settings_costs", status=422 if refusal else 200)
