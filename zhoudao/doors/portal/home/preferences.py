"""What somebody prefers, their data as a file, and being forgotten: the last two only with a fresh code."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from zhoudao.doors.portal.guests import for_guests, forget
from zhoudao.doors.portal.home.showing import home_page, language_of
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.aftersales.refusals import ReturnsStillOpen
from zhoudao.rooms.cases.refusals import CasesStillOpen
from zhoudao.rooms.customers.commands import Description, describe_customer, erase_customer, export_customer
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.customers.profile import Profile, profile_of
from zhoudao.rooms.customers.queries import group_ids
from zhoudao.rooms.entrances.models import Pass
from zhoudao.rooms.orders.refusals import OrdersStillOpen
from zhoudao.rooms.pickups.refusals import PickupsStillOpen
from zhoudao.rooms.repairs.refusals import RepairsStillOpen

FRESH = timedelta(minutes=15)
_LANGUAGES = [("zh-Hans", "简体中文"), ("zh-Hant", "繁體中文"), ("en", "English")]
_CHANNELS = [
    ("", gettext_lazy("No preference")),
    ("webchat", gettext_lazy("Chat")),
    ("email", gettext_lazy("E-mail")),
    ("phone", gettext_lazy("Phone")),
    ("wechat", gettext_lazy("WeChat")),
]
_CONSENTS = [
    ("care", gettext_lazy("Care: reminders about what I bought")),
    ("survey", gettext_lazy("Questions about how it was")),
    ("marketing", gettext_lazy("Offers and news")),
]


class PreferencesForm(forms.Form):
    """What a customer may say of themselves."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=_LANGUAGES)
    preferred_channel = forms.ChoiceField(
        label=gettext_lazy("How we answer you best"), choices=_CHANNELS, required=False
    )
    consents = forms.MultipleChoiceField(
        label=gettext_lazy("You may write to me about"),
        choices=_CONSENTS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def preferences_of(customer_id: UUID) -> Profile | None:
    """What holds for the person, over all their records."""
    people = list(Customer.objects.filter(id__in=group_ids(customer_id)).select_related("adviser"))
    root = next((one for one in people if one.merged_into_id is None), None)
    return profile_of(root, people) if root else None


def form_of(profile: Profile) -> PreferencesForm:
    """The form as it stands."""
    known = [code for code, _words in _CHANNELS]
    channel = profile.preferred_channel if profile.preferred_channel in known else ""
    return PreferencesForm(
        initial={"language": profile.language, "preferred_channel": channel, "consents": profile.consents}
    )


@permit(PUBLIC)
@csrf_exempt  # posts need the guest's own act
@require_POST
@for_guests
def prefer(request: HttpRequest, guest: Pass) -> HttpResponse:
    """This will write down what they prefer, and speak it from now on."""
    form, profile = PreferencesForm(request.POST), preferences_of(guest.customer_id)
    answer = redirect("portal:me")
    if profile is None or not form.is_valid():
        return answer
    given = form.cleaned_data
    said = Description(
        language=given["language"],
        value_class=profile.value_class,
        adviser_id=profile.adviser_id,
        preferred_channel=given["preferred_channel"],
        contact_hours=profile.contact_hours,
        consents=tuple(given["consents"]),
    )
    describe_customer(customer_id=guest.customer_id, said=said, at=clock.now(), by=_by(guest))
    language = given["language"].lower()
    answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=settings.SECURE)
    return answer


@permit(PUBLIC)
@csrf_exempt  # posts need the guest's own act
@require_POST
@for_guests
def data(request: HttpRequest, guest: Pass) -> HttpResponse:
    """Everything we hold of them, as a file; that they had it is recorded."""
    if (first := _fresh_code(guest)) is not None:
        return first
    viewer = Viewer(actor=f"customer:{guest.customer_id}", permissions=frozenset())
    held = export_customer(customer_id=guest.customer_id, viewer=viewer, at=clock.now())
    answer = HttpResponse(
        json.dumps(held, ensure_ascii=False, indent=1, default=str), content_type="application/json; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@permit(PUBLIC)
@csrf_exempt  # posts need the guest's own act
@require_POST
@for_guests
def erase(request: HttpRequest, guest: Pass) -> HttpResponse:
    """Asks once more, then forgets them in every room; what is open is finished first."""
    language_of(request)
    if (first := _fresh_code(guest)) is not None:
        return first
    if request.POST.get("sure") != "yes":
        return home_page(request, "erase.html", {})
    try:
        erase_customer(customer_id=guest.customer_id, reason="request", at=clock.now(), by=_by(guest))
    except (CasesStillOpen, OrdersStillOpen, ReturnsStillOpen, PickupsStillOpen, RepairsStillOpen) as refusal:
        words = _("First these have to be finished: {numbers}").format(numbers=refusal.detail)
        return home_page(request, "erase.html", {"refusal": words}, status=409)
    return forget(redirect("portal:home"))


def _fresh_code(guest: Pass) -> HttpResponse | None:
    """Who left a phone lying about shall not lose everything by it: a code of the last quarter of an hour."""
    if guest.proven_at is not None and guest.proven_at > datetime.now(UTC) - FRESH:
        return None
    return redirect(f"{reverse('portal:sign_in')}?again=1&next={quote(reverse('portal:me'))}")


def _by(guest: Pass) -> By:
    return By(f"customer:{guest.customer_id}", channel="portal")
