"""A kept PDF as an answer."""

from django.http import Http404, HttpResponse

from zhoudao.ground.files.models import StoredFile
from zhoudao.ground.files.store import read
from zhoudao.ground.vault.box import Unreadable


def pdf_answer(file: StoredFile, name: str, *, is_shown: bool = False) -> HttpResponse:
    """The file to be saved under this name, or with `is_shown` opened. Raises: Http404 (it was erased)."""
    try:
        content = read(file)
    except Unreadable:
        raise Http404 from None
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'{"inline" if is_shown else "attachment"}; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
