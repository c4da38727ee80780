"""Writing: replies, notes, drafts, taking back, trying again, and telling others that one writes."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhoudao.doors.desk.inbox.opening import case_or_404, opened_or_404, parts_of
from zhoudao.doors.desk.words import said, toast
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.files.store import FileEmpty
from zhoudao.ground.installation.clock import now
from zhoudao.ground.live.presence import tell_presence, tell_typing
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.refusals import CaseRefusal
from zhoudao.rooms.conversations.commands import confirm_reply, retry_reply, save_draft, undo_reply
from zhoudao.rooms.conversations.commands.late_files import ask_for_file
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.conversations.refusals import (
    EnclosureGone,
    FilesTooLarge,
    FilesTooMany,
    MessageEmpty,
    MessageTooLong,
    NotFailed,
    NotUnconfirmed,
    ReplyNotYours,
    TooLateToUndo,
)
from zhoudao.rooms.teamwork.commands import Reply, answer
from zhoudao.rooms.teamwork.refusals import SaidMeanwhile, TeamworkRefusal
from zhoudao.rooms.teamwork.watching import note

UNDO_SECONDS = 5
_REFUSED = (
    CaseRefusal,
    MessageEmpty,
    MessageTooLong,
    EnclosureGone,
    FileEmpty,
    FilesTooLarge,
    FilesTooMany,
    TeamworkRefusal,
)
_STATES = {"viewing", "typing", "left"}


@require_POST
@permit("messages:write")
def write(request: HttpRequest, number: str) -> HttpResponse:
    """A reply (with five seconds to take it back) or a private note; either uses up the draft."""
    viewer, at = viewer_of(request), now()
    case = case_or_404(viewer, number)
    text = request.POST.get("text", "")
    try:
        if request.POST.get("mode") == "note":
            note(case_id=case.id, text=text, viewer=viewer, at=at, chosen=_ids(request.POST.get("mentions", "")))
        else:
            answer(
                _reply(request.POST),
                case_id=case.id,
                viewer=viewer,
                at=at,
                real_now=datetime.now(UTC),
                undo_seconds=UNDO_SECONDS,
            )
    except SaidMeanwhile as refusal:
        return _held_back(request, number, refusal)
    except _REFUSED as refusal:
        return toast(HttpResponse(status=204), said(refusal), is_bad=True)
    return parts_of(request, opened_or_404(viewer, number), is_sent=True)


@require_POST
@permit("messages:write")
def draft(request: HttpRequest, number: str) -> HttpResponse:
    """Keeps what was typed so far; nobody else's change touches it."""
    _keep_draft(request, case_or_404(viewer_of(request), number))
    return HttpResponse(status=204)


@require_POST
@permit("messages:write")
def undo(request: HttpRequest, number: str, message_id: UUID) -> HttpResponse:
    """Takes a reply back while it has not left; its words are the draft again, before what was begun meanwhile."""
    if request.POST.get("text", "").strip():
        _keep_draft(request, case_or_404(viewer_of(request), number))
    return _with_message(
        request, number, message_id, lambda: undo_reply(message_id=message_id, viewer=viewer_of(request), at=now())
    )


@require_POST
@permit("messages:write")
def retry(request: HttpRequest, number: str, message_id: UUID) -> HttpResponse:
    """Sends a failed reply again."""
    return _with_message(
        request, number, message_id, lambda: retry_reply(message_id=message_id, real_now=datetime.now(UTC))
    )


@require_POST
@permit("messages:write")
def arrived(request: HttpRequest, number: str, message_id: UUID) -> HttpResponse:
    """Notes that a reply of which nobody said so has arrived."""
    return _with_message(request, number, message_id, lambda: confirm_reply(message_id=message_id, at=now()))


@require_POST
@permit("messages:write")
def fetch(request: HttpRequest, number: str, message_id: UUID) -> HttpResponse:
    """Has a file that did not come with its message fetched once more."""
    response = _with_message(request, number, message_id, lambda: ask_for_file(message_id=message_id))
    if "HX-Trigger" in response:
        return response
    return toast(response, _("It is being fetched; it appears by itself."))


@require_POST
@permit("cases:read")
def presence(request: HttpRequest, number: str) -> HttpResponse:
    """Tells colleagues (and, while a reply is typed, the customer) that this person is here."""
    viewer = viewer_of(request)
    case = case_or_404(viewer, number)
    state = request.POST.get("state", "viewing")
    if viewer.user_id and state in _STATES:
        tell_presence(case_id=case.id, user_id=viewer.user_id, name=viewer.name, state=state)
        if state == "typing" and request.POST.get("mode") == "reply" and case.conversation_id:
            tell_typing(conversation_id=case.conversation_id, who="colleague", name=viewer.name)
    return HttpResponse(status=204)


def _keep_draft(request: HttpRequest, case: Case) -> None:
    user_id = viewer_of(request).user_id
    if case.conversation_id and user_id:
        save_draft(
            conversation_id=case.conversation_id,
            user_id=user_id,
            text=request.POST.get("text", "")[:100_000],
            direction="note" if request.POST.get("mode") == "note" else "out",
            at=now(),
        )


def _with_message(request: HttpRequest, number: str, message_id: UUID, act: Callable[[], object]) -> HttpResponse:
    viewer = viewer_of(request)
    opened = opened_or_404(viewer, number)
    if not Message.objects.filter(id=message_id, conversation_id__in=opened.conversation_ids).exists():
        raise Http404
    try:
        words = act()
    except (TooLateToUndo, ReplyNotYours, NotFailed, NotUnconfirmed) as refusal:
        return toast(parts_of(request, opened), said(refusal), is_bad=True)
    response = parts_of(request, opened_or_404(viewer, number), given_back=words if isinstance(words, str) else None)
    return toast(response, _("The reply is a draft again.")) if isinstance(words, str) else response


def _reply(said: QueryDict) -> Reply:
    """What was written, held against what its writer had read; `anyway` sends it all the same."""
    return Reply(
        text=said.get("text", ""),
        canned=_ids(said.get("canned", "")),
        way=said.get("way", ""),
        enclosures=[key for text in said.getlist("enclosed") for key in _ids(text)],
        seen=next(iter(_ids(said.get("seen", ""))), None),
        checks="seen" in said and not said.get("anyway"),
    )


def _held_back(request: HttpRequest, number: str, refusal: SaidMeanwhile) -> HttpResponse:
    """Nothing was sent: the thread with what is new, and the choice to send all the same."""
    opened = opened_or_404(viewer_of(request), number)
    response = parts_of(request, opened, held_back=refusal.messages[0])
    response.status_code = 422
    return response


def _ids(text: str) -> list[UUID]:
    """The keys in a list of them; what is none is left out."""
    found = []
    for one in text.split(",")[:10]:
        with suppress(ValueError):
            found.append(UUID(one))
    return found
