"""A file of an answer, for whoever has its link: channels that carry no files carry the link."""

from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from zhoudao.doors.portal.limits import GUESSES, address_of
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.files import store
from zhoudao.ground.files.kinds import INLINE
from zhoudao.ground.vault.box import Unreadable
from zhoudao.rooms.conversations.links import attachment_behind
from zhoudao.rooms.conversations.queries import attachment_name


@permit(PUBLIC)
@require_safe
def file(request: HttpRequest, token: str) -> HttpResponse:
    """Pictures are shown, everything else is saved, nothing is ever run; wrong and old links are all the same."""
    found = None if GUESSES.wait(address_of(request)) else attachment_behind(token)
    try:
        content = store.read(found.file) if found is not None else b""
    except Unreadable:
        found = None
    if found is None:
        GUESSES.knock(address_of(request))
        raise Http404
    kind = found.file.content_type
    answer = HttpResponse(content, content_type=kind if kind in INLINE else "application/octet-stream")
    manner = "inline" if kind in INLINE else "attachment"
    answer["Content-Disposition"] = f"{manner}; filename*=UTF-8''{quote(attachment_name(found))}"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer
