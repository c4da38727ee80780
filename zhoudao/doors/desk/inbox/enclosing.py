"""Files put with a reply: kept on the server as soon as they are chosen, pasted or dropped, as its draft is."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from zhoudao.doors.desk.inbox.opening import case_or_404
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.files.store import FileEmpty
from zhoudao.ground.installation.clock import now
from zhoudao.rooms.cases.commands.holding import may
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.contacts import threads_of
from zhoudao.rooms.conversations.commands import Upload, drop_enclosure, enclose
from zhoudao.rooms.conversations.queries import AttachmentView, enclosed
from zhoudao.rooms.conversations.refusals import FilesTooLarge, FilesTooMany


@require_POST
@permit("messages:write")
def put(request: HttpRequest, number: str) -> HttpResponse:
    """Keeps files with what this person writes here; answers with all there are, and with what was refused."""
    viewer, case = viewer_of(request), case_or_404(viewer_of(request), number)
    refused = ""
    if viewer.user_id and case.conversation_id and may(viewer, "messages:write", case):
        try:
            for file in request.FILES.getlist("file"):
                if (file.size or 0) > settings.FILE_LIMIT_BYTES:
                    raise FilesTooLarge
                upload = Upload(file.name or "", file.read())
                enclose(conversation_id=case.conversation_id, user_id=viewer.user_id, upload=upload, at=now())
        except (FilesTooMany, FilesTooLarge, FileEmpty) as refusal:
            refused = said(refusal)
    return _list(request, case, refused)


@require_POST
@permit("messages:write")
def remove(request: HttpRequest, number: str, enclosure_id: UUID) -> HttpResponse:
    """Leaves a file out again."""
    viewer, case = viewer_of(request), case_or_404(viewer_of(request), number)
    if viewer.user_id:
        drop_enclosure(enclosure_id=enclosure_id, user_id=viewer.user_id)
    return _list(request, case)


def enclosed_in(request: HttpRequest, case: Case) -> list[AttachmentView]:
    """The files this person has put with what they write in a case, or in one merged into it."""
    user_id = viewer_of(request).user_id
    return enclosed(threads_of([case, *case.absorbed.all()]), user_id) if user_id else []


def _list(request: HttpRequest, case: Case, refused: str = "") -> HttpResponse:
    context = {"enclosed": enclosed_in(request, case), "row": case, "refused": refused}
    return render(request, "desk/inbox/_enclosed.html", context)
