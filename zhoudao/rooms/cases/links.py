"""Where customers look."""

from django.conf import settings

from zhoudao.rooms.cases.models import Case


def progress_url(case: Case) -> str:
    """The customer's progress page of a case."""
    return f"{settings.BASE_URL}/p/{case.progress_token}/"
