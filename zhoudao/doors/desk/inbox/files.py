"""Files that came with messages."""

from urllib.parse import quote
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from zhoudao.doors.desk.inbox.opening import opened_or_404
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.files import store
from zhoudao.ground.files.kinds import INLINE
from zhoudao.ground.vault.box import Unreadable
from zhoudao.rooms.conversations.queries import attachment_name, attachment_of


@require_GET
@permit("messages:read")
@cache_control(private=True, max_age=3600)
def file(request: HttpRequest, number: str, attachment_id: UUID) -> HttpResponse:
    """A file of this case: pictures are shown, everything else is saved, nothing is ever run."""
    opened = opened_or_404(viewer_of(request), number)
    attachment = attachment_of(attachment_id)
    if attachment is None or attachment.message.conversation_id not in opened.conversation_ids:
        raise Http404
    try:
        content, name = store.read(attachment.file), attachment_name(attachment)
    except Unreadable:
        raise Http404 from None
    kind = attachment.file.content_type
    response = HttpResponse(content, content_type=kind if kind in INLINE else "application/octet-stream")
    manner = "inline" if kind in INLINE else "attachment"
    response["Content-Disposition"] = f"{manner}; filename*=UTF-8''{quote(name)}"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
