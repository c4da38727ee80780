"""Who calls, and whether they may: a bearer token's scopes, or a signed-in person's permissions."""

from datetime import UTC, datetime
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from ninja.errors import AuthenticationError, Throttled
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from zhoudao.doors.api.limits import ADDRESSES, TOKENS, address_of, is_loopback
from zhoudao.doors.api.problems import Refused, TooLarge
from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.accounts.permits import viewer_of
from zhoudao.ground.accounts.tokens import find_token
from zhoudao.ground.accounts.viewer import Viewer

# 25 MB of files are a third more in base64.
BODY_LIMIT_BYTES = settings.DELIVERY_LIMIT_BYTES * 4 // 3 + 1024 * 1024


class Scope(AuthBase):
    """The scope an operation needs. `permission` is also what a test reads: an operation without one is refused."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, permission: str) -> None:
        super().__init__()
        self.permission = permission

    def __call__(self, request: HttpRequest) -> Viewer:
        refuse_too_large(request)
        header = request.headers.get("Authorization", "")
        viewer = _of_token(request, header) if header else _of_session(request)
        if not viewer.may(self.permission):
            raise Refused(403, "scope_missing", f"This needs the scope {self.permission!r}.")
        viewer = viewer.within(self.permission)
        request.viewer = viewer  # type: ignore[attr-defined]  # what `viewer_of` reads
        return viewer


class Nobody(AuthBase):
    """What guards an operation that states no scope: nobody may."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> None:
        raise Refused(403, "scope_missing", "This operation states no scope.")


def viewer_in(request: HttpRequest) -> Viewer:
    """Who calls, once `Scope` has let them in."""
    return cast(Viewer, request.auth)  # type: ignore[attr-defined]  # ninja puts there what the scope returned


def is_replay(request: HttpRequest) -> bool:
    """Whether this is the demo's replay: its scope, and from this very machine."""
    return viewer_in(request).may("demo:replay") and is_loopback(address_of(request))


def refuse_too_large(request: HttpRequest) -> None:
    """This will refuse a body before anything reads it.

    Raises: TooLarge
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > BODY_LIMIT_BYTES:
        raise TooLarge


def _of_token(request: HttpRequest, header: str) -> Viewer:
    address = address_of(request)
    wait = ADDRESSES.wait(address)
    if wait:
        raise Throttled(wait)
    kind, _, text = header.partition(" ")
    token = find_token(text.strip(), at=datetime.now(UTC)) if kind.lower() == "bearer" else None
    if token is None:
        ADDRESSES.knock(address)
        raise AuthenticationError(message="This token is not known, or no longer valid.")
    if not ("demo:replay" in token.scopes and is_loopback(address)):
        wait = TOKENS.knock(str(token.pk))
        if wait:
            raise Throttled(wait)
    return viewers.of_token(token)


def _of_session(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if viewer.user_id is None:
        raise AuthenticationError(message="Send a token: Authorization: Bearer zd_…")
    if check_csrf(request) is not None:
        raise Refused(403, "csrf", "A signed-in page must send its CSRF token.")
    return viewer
