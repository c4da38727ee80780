"""Where customers look at a visit."""

from django.conf import settings

from zhoudao.rooms.fieldwork.models import Visit


def visit_path(visit: Visit) -> str:
    """The visit's own page, for whoever holds the link."""
    return f"/v/{visit.token}/"


def visit_url(visit: Visit) -> str:
    """The link for mails and chats."""
    return f"{settings.BASE_URL}{visit_path(visit)}"
