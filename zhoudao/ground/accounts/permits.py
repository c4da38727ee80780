"""Every view states the permission it needs; a view that states none is refused."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest

from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.accounts.models import User
from zhoudao.ground.accounts.viewer import NOBODY, Viewer

View = TypeVar("View", bound=Callable[..., Any])
_third_party: dict[str, str] = {}


def permit(permission: str) -> Callable[[View], View]:
    """This will mark a view with the permission it needs (`PUBLIC` for none)."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]  # functions carry attributes
        return view

    return mark


def permit_module(prefix: str, permission: str) -> None:
    """This will state the permission of a library's views, by the start of their module's name."""
    _third_party[prefix] = permission


def permission_of(view: Callable[..., Any]) -> str | None:
    """What a view needs, or None when nobody said."""
    stated = getattr(view, "permission", None) or getattr(getattr(view, "view_class", None), "permission", None)
    if stated:
        return str(stated)
    module = getattr(view, "__module__", "")
    return next((permission for prefix, permission in _third_party.items() if module.startswith(prefix)), None)


def viewer_of(request: HttpRequest) -> Viewer:
    """Who asks: read once a request."""
    known: Viewer | None = getattr(request, "viewer", None)
    if known is None:
        user = request.user
        known = viewers.of_user(user) if isinstance(user, User) and user.is_active else NOBODY
        request.viewer = known  # type: ignore[attr-defined]  # Django requests carry what middleware adds
    return known
