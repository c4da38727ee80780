"""The widget's protocol: start, messages, typing, files. Who one is, is the token and nothing else."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhoudao.doors.portal.limits import (
    ADDRESS_MESSAGES,
    STARTS,
    VISITOR_MESSAGES,
    VISITOR_TYPING,
    address_of,
    is_replay,
)
from zhoudao.doors.portal.problems import too_often, unknown_visitor
from zhoudao.doors.portal.widget.frame import channel_of
from zhoudao.doors.portal.widget.posting import REFUSALS, Unreadable, read_post, refused
from zhoudao.doors.portal.widget.showing import history
from zhoudao.doors.portal.widget.visitors import read_uuid, replayed_visitor, visitor_of
from zhoudao.doors.portal.widget.words import in_all_languages
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.files import store
from zhoudao.ground.installation import clock
from zhoudao.ground.live.presence import tell_typing
from zhoudao.kit.languages import pick
from zhoudao.rooms.conversations.commands import receive_message
from zhoudao.rooms.conversations.visitors import Visitor, new_token, visitor_conversation
from zhoudao.rooms.voice.queries import conversations_of, own_attachment, own_cases


@permit(PUBLIC)
@csrf_exempt  # no cookie counts here: nobody is signed in by it: it makes a new visitor
@require_POST
def start(request: HttpRequest, code: str) -> JsonResponse:
    """A token for a new visitor, and how we greet in each language."""
    channel = channel_of(code)
    if channel is None:
        return unknown_visitor()
    replayed = replayed_visitor(request) if is_replay(request) else ""
    if not replayed and (wait := STARTS.knock(address_of(request))):
        return too_often(wait)
    welcome = {
        language: pick(channel.config.get("welcome", {}), language) or words["welcome"]
        for language, words in in_all_languages("chat").items()
    }
    return JsonResponse(
        {"token": new_token(channel.code, replayed), "welcome": welcome, "languages": list(welcome)}, status=201
    )


@permit(PUBLIC)
@csrf_exempt  # no cookie counts here: the visitor's token comes in a header
@require_http_methods(["GET", "POST"])
def messages(request: HttpRequest, code: str) -> HttpResponse:
    """POST takes a message, GET shows the visitor's own history."""
    channel = channel_of(code)
    visitor = visitor_of(request, channel) if channel else None
    if channel is None or visitor is None:
        return unknown_visitor()
    return _post(request, visitor) if request.method == "POST" else _show(request, visitor)


@permit(PUBLIC)
@csrf_exempt  # no cookie counts here: the visitor's token comes in a header
@require_POST
def typing(request: HttpRequest, code: str) -> HttpResponse:
    """The visitor types; whoever has the case open sees it."""
    channel = channel_of(code)
    visitor = visitor_of(request, channel) if channel else None
    if visitor is None:
        return unknown_visitor()
    if wait := VISITOR_TYPING.knock(visitor.id):
        return too_often(wait)
    conversation_id = visitor_conversation(visitor)
    if conversation_id is not None:
        tell_typing(conversation_id=conversation_id, who="customer")
    return HttpResponse(status=204)


@permit(PUBLIC)
@require_GET
def file(request: HttpRequest, code: str, attachment_id: UUID) -> HttpResponse:
    """A file of the visitor's own conversation, as what its content shows it to be; never a page of ours."""
    channel = channel_of(code)
    visitor = visitor_of(request, channel) if channel else None
    found = own_attachment(visitor, attachment_id) if visitor else None
    if found is None:
        return unknown_visitor()
    answer = HttpResponse(store.read(found.file), content_type=found.file.content_type)
    answer["Content-Disposition"] = "attachment"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, max-age=86400"
    return answer


def _post(request: HttpRequest, visitor: Visitor) -> JsonResponse:
    if not is_replay(request):
        wait = VISITOR_MESSAGES.knock(visitor.id) or ADDRESS_MESSAGES.knock(address_of(request))
        if wait:
            return too_often(wait)
    at = clock.now()
    try:
        received = receive_message(inbound=read_post(request).inbound(visitor), at=at)
    except Unreadable as unreadable:
        return unreadable.answer
    except REFUSALS as refusal:
        return refused(refusal)
    case = next(iter(own_cases([received.conversation_id])), None)
    content = {
        "message_id": str(received.message_id),
        "conversation_id": str(received.conversation_id),
        "case": case.number if case else None,
        "at": at.isoformat(),
    }
    return JsonResponse(content, status=200 if received.repeated else 202)


def _show(request: HttpRequest, visitor: Visitor) -> JsonResponse:
    own = conversations_of(visitor)
    asked = request.GET.get("conversation", "")
    if asked:
        own = [conversation_id for conversation_id in own if conversation_id == read_uuid(asked)]
        if not own:
            return unknown_visitor()
    answer = JsonResponse(history(own, request.GET.get("after", ""), visitor))
    answer["Cache-Control"] = "no-store"
    return answer
