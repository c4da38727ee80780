"""How people sign in: nobody signs up by themselves."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url


class Adapter(DefaultAccountAdapter):
    """Closed sign-up; users are made by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Any, password: str) -> None:
        """Whoever chose a password of their own needs no other."""
        user.must_change_password = False
        super().set_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """A chosen password is no reason to stay on its form."""
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Users have no username."""
