"""Whom a colleague found: signed, so that nobody opens a history by an id seen elsewhere."""

from uuid import UUID

from django.core import signing

from zhoudao.ground.accounts.viewer import Viewer

_SALT = "counter.who"
_HOUR = 3600


def ticket(customer_id: UUID, viewer: Viewer) -> str:
    """What this colleague may open for an hour, because the customer told them who they are."""
    return signing.dumps([customer_id.hex, viewer.actor], salt=_SALT)


def read_ticket(text: str, viewer: Viewer) -> UUID | None:
    """Whose history this opens; None when it is not this colleague's, or old."""
    try:
        customer, actor = signing.loads(text, salt=_SALT, max_age=_HOUR)
        return UUID(customer) if actor == viewer.actor else None
    except (signing.BadSignature, ValueError):
        return None
