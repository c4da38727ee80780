"""API tokens: shown once, kept as a hash."""

import hashlib
import secrets
from datetime import datetime

from zhoudao.ground.accounts.models import ApiToken, Store
from zhoudao.ground.accounts.roles import SCOPES
from zhoudao.ground.accounts.viewer import Viewer

# In plain SQL: every API call asks this, and the ORM would take longer to write it than to run it.
_FIND = """
    SELECT * FROM accounts_apitoken
    WHERE digest = %s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %s)
"""


class UnknownScope(Exception):
    """This scope does not exist."""


class BeyondOwnStores(Exception):
    """A program reaches no further than whoever gives it its key."""


def issue_token(*, name: str, scopes: list[str], store: Store | None, viewer: Viewer) -> str:
    """As `create_token`, by somebody whose right to give keys holds in that store, or in all for all.

    Raises: UnknownScope, BeyondOwnStores
    """
    if not viewer.covers("tokens:write", store_id=store.id if store else None):
        raise BeyondOwnStores(BeyondOwnStores.__doc__)
    return create_token(name=name, scopes=scopes, store=store)


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
    return next(iter(ApiToken.objects.raw(_FIND, [digest(text), at])), None)


def digest(text: str) -> bytes:
    """Tokens carry 256 random bits, so one SHA-256 is enough."""
    return hashlib.sha256(text.encode()).digest()
