"""Tokens: keys for programs, shown once, revoked for good."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from zhoudao.doors.desk.settings.places import settings_page
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.managing import revoke_token
from zhoudao.ground.accounts.models import ApiToken, Store
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.reach import tokens_within
from zhoudao.ground.accounts.roles import SCOPES
from zhoudao.ground.accounts.tokens import BeyondOwnStores, issue_token
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation.clock import now


class TokenForm(forms.Form):
    """A new token."""

    name = forms.CharField(label=gettext_lazy("What for"), max_length=80)
    scopes = forms.MultipleChoiceField(
        choices=[(scope, scope) for scope in sorted(SCOPES)], widget=forms.CheckboxSelectMultiple
    )
    store = forms.ModelChoiceField(Store.objects.filter(closed_at=None).order_by("code"), required=False)


@require_http_methods(["GET", "POST"])
@permit("tokens:write")
def tokens(request: HttpRequest) -> HttpResponse:
    """All tokens, and a new one."""
    viewer, form, made = viewer_of(request), TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            made = issue_token(**form.cleaned_data, viewer=viewer)
            form = TokenForm()
        except BeyondOwnStores as refusal:
            form.add_error("store", said(refusal))
    rows = ApiToken.objects.filter(tokens_within(viewer)).select_related("store").order_by("-created_at", "id")[:200]
    context = {"form": form, "made": made, "tokens": rows}
    return settings_page(request, "tokens.html", context, here="settings_tokens", status=422 if form.errors else 200)


@require_POST
@permit("tokens:write")
def revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """Stops a token."""
    viewer = viewer_of(request)
    if not revoke_token(token_id=token_id, within=tokens_within(viewer), by=By(viewer.actor), at=now()):
        raise Http404
    messages.success(request, _("Revoked."))
    return redirect("settings_tokens")
