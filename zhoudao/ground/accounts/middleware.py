"""Default deny: what no view permits, nobody may."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation

from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.permits import permission_of, viewer_of
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation import clock


class PermissionMiddleware:
    """Checks the view's stated permission before it runs, and speaks the user's language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        needed = permission_of(view)
        clock.read_by_nobody()  # threads serve one reader after another
        if needed == PUBLIC:
            return None
        if needed is None:
            raise PermissionDenied(f"No permission is stated for {view!r}.")
        viewer = viewer_of(request)
        if viewer.user_id is None:
            return redirect_to_login(request.get_full_path())
        translation.activate(viewer.language)
        timezone.activate(clock.read_in(viewer.zone))
        request.LANGUAGE_CODE = translation.get_language()
        if isinstance(request.user, User) and request.user.must_change_password:
            return redirect("account_change_password")
        if not viewer.may(needed):
            raise PermissionDenied(needed)
        request.viewer = viewer.within(needed)  # type: ignore[attr-defined]  # what `viewer_of` reads
        return None
