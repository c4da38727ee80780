"""How people sign in: nobody signs up by themselves."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url

from zhoudao.ground.accounts.guessing import ADDRESSES, NAMES


class Adapter(DefaultAccountAdapter):
    """Closed sign-up; users are made by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """This will count a guess before it is looked at, in the database: the library counts in each process."""
        self._guessed = ((NAMES, str(credentials.get("email", ""))), (ADDRESSES, self.get_client_ip(request)))
        if not all([patience.guess(of) for patience, of in self._guessed]):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Who is right has not guessed."""
        user = super().authenticate(request, **credentials)
        if user is not None:
            for patience, of in self._guessed:
                patience.forgive(of)
        return user

    def set_password(self, user: Any, password: str) -> None:
        """Whoever chose a password of their own needs no other."""
        user.must_change_password = False
        super().set_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """A chosen password is no reason to stay on its form."""
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Users have no username."""
