"""One's own profile: name, language, theme, and the ways of signing in."""

from zoneinfo import available_timezones

from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.managing import ZoneUnknown, change_profile
from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import SIGNED_IN
from zhoudao.ground.installation import clock

LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
THEMES = [
    ("system", gettext_lazy("As the device")),
    ("light", gettext_lazy("Light")),
    ("dark", gettext_lazy("Dark")),
]


class ProfileForm(forms.Form):
    """What people may change about themselves."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    language = forms.ChoiceField(choices=LANGUAGES)
    theme = forms.ChoiceField(choices=THEMES)
    zone = forms.CharField(required=False, max_length=64)


@require_http_methods(["GET", "POST"])
@permit(SIGNED_IN)
def profile(request: HttpRequest) -> HttpResponse:
    """Shows and keeps the profile."""
    user = request.user
    assert isinstance(user, User)
    form = ProfileForm(
        request.POST or None,
        initial={"name": user.name, "language": user.language, "theme": user.theme, "zone": user.zone},
    )
    if request.method == "POST" and form.is_valid() and _kept(user, form):
        translation.activate(user.language)
        messages.success(request, _("Saved."))
        response = redirect("profile")
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        return response
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    context = {
        "form": form,
        "zones": sorted(available_timezones()),
        "company_zone": clock.zone().key,
        "has_totp": Authenticator.Type.TOTP in kinds,
        "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
        "has_codes": Authenticator.Type.RECOVERY_CODES in kinds,
    }
    return render(request, "desk/settings/profile.html", context, status=422 if form.errors else 200)


def _kept(user: User, form: ProfileForm) -> bool:
    try:
        change_profile(user=user, **form.cleaned_data)
    except ZoneUnknown as refusal:
        form.add_error("zone", said(refusal))
        return False
    return True
