"""The form that adds a passkey: by itself it is enough to sign in, unless somebody wants it beside the password."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


class AddPasskey(AddWebAuthnForm):
    """allauth's form in our words."""

    name = forms.CharField(
        label=_("What you call this passkey"), required=False, max_length=100, help_text=_("For example: my phone")
    )
    passwordless = forms.BooleanField(
        label=_("Sign in with it alone, without the password"),
        required=False,
        initial=True,
        help_text=_("The device then asks for a fingerprint, a face or its PIN."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["name", "passwordless", "credential"])
