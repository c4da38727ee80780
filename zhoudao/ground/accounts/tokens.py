"""API tokens: shown once, kept as a hash."""

import hashlib
import secrets
from datetime import datetime

from django.db.models import Q

from zhoudao.ground.accounts.models import ApiToken, Store
from zhoudao.ground.accounts.roles import SCOPES


class UnknownScope(Exception):
    """This scope does not exist."""


def create_token(
    *, name: str, scopes: list[str], store: Store | None = None, expires_at: datetime | None = None
) -> str:
    """This will make a token and return its text, which nothing can show again.

    Raises: UnknownScope
    """
    for scope in scopes:
        if scope not in SCOPES:
            raise UnknownScope(f"There is no scope {scope!r}; there are: {', '.join(sorted(SCOPES))}.")
    text = f"zd_{secrets.token_urlsafe(32)}"
    ApiToken.objects.create(name=name, digest=digest(text), scopes=sorted(scopes), store=store, expires_at=expires_at)
    return text


def find_token(text: str, *, at: datetime) -> ApiToken | None:
    """The token behind this text, unless revoked or expired (one statement)."""
    alive = Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=at))
    return ApiToken.objects.filter(alive, digest=digest(text)).first()


def digest(text: str) -> bytes:
    """Tokens carry 256 random bits, so one SHA-256 is enough."""
    return hashlib.sha256(text.encode()).digest()
