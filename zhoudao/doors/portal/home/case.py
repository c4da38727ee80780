"""One case of somebody who is signed in: its progress and what was said, only as long as they may see it."""

from urllib.parse import quote
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from zhoudao.doors.portal.guests import for_guests
from zhoudao.doors.portal.home.showing import home_page, language_of
from zhoudao.doors.portal.limits import GUESSES, address_of
from zhoudao.doors.portal.progress.moments import moment
from zhoudao.doors.portal.progress.page import context_of
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.files import store
from zhoudao.ground.files.kinds import INLINE
from zhoudao.ground.installation import clock
from zhoudao.ground.vault.box import Unreadable
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.contacts import Sight, case_seen, sight_of, threads_of
from zhoudao.rooms.conversations.models import Attachment
from zhoudao.rooms.conversations.queries import attachment_name, thread
from zhoudao.rooms.entrances.models import Pass
from zhoudao.rooms.voice.queries import given_name


@permit(PUBLIC)
@require_safe
@for_guests
def case(request: HttpRequest, guest: Pass, number: str) -> HttpResponse:
    """The whole page, or only what changes on it for the page's own refresh."""
    sight = sight_of(guest.customer_id)
    found = _seen_or_404(request, sight, number)
    if found.number != number:
        return redirect("portal:case", found.number)
    language, now = language_of(request), clock.now()
    is_own = sight.is_own(found)
    context = context_of(found, language, now) | {"is_own": is_own, "messages_said": _said(found, is_own)}
    if not is_own:
        context["asks"] = []  # what is asked of a colleague is theirs to answer, by a link that is theirs
        context["returns"] = ()  # as is what they send back
    if not is_own:
        context["rating_path"] = ""  # whoever asked rates
    template = "_case.html" if request.headers.get("X-Part") == "body" else "case.html"
    return home_page(request, template, context)


@permit(PUBLIC)
@require_safe
@for_guests
def file(request: HttpRequest, guest: Pass, number: str, attachment_id: UUID) -> HttpResponse:
    """A file of this case: pictures are shown, everything else is saved, nothing is ever run."""
    found = _seen_or_404(request, sight_of(guest.customer_id), number)
    rows = Attachment.objects.select_related("file").filter(message__conversation_id__in=threads_of([found]))
    sent = Q(message__direction="in") | Q(message__direction="out", message__status__in=["sent", "delivered"])
    attachment = rows.filter(sent, id=attachment_id).first()
    if attachment is None:
        raise Http404
    try:
        content, name = store.read(attachment.file), attachment_name(attachment)
    except Unreadable:
        raise Http404 from None
    kind = attachment.file.content_type
    answer = HttpResponse(content, content_type=kind if kind in INLINE else "application/octet-stream")
    manner = "inline" if kind in INLINE else "attachment"
    answer["Content-Disposition"] = f"{manner}; filename*=UTF-8''{quote(name)}"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _seen_or_404(request: HttpRequest, sight: Sight, number: str) -> Case:
    """What is not theirs is like what does not exist; numbers are not tried out at leisure."""
    found = None if GUESSES.wait(address_of(request)) else case_seen(sight, number)
    if found is None:
        GUESSES.knock(address_of(request))
        raise Http404
    return found


def _said(found: Case, is_own: bool) -> list[dict[str, object]]:
    now, zone = clock.now(), found.store.zone
    views = thread(threads_of([found]), audience="customer" if is_own else "colleague")
    return [
        {
            "is_theirs": view.direction == "in",
            "author": given_name(view.author) if view.direction == "out" and not view.is_auto else "",
            "text": view.text,
            "at": moment(view.at, now, zone),
            "files": [(each, each.content_type in INLINE) for each in view.attachments],
        }
        for view in views
    ]
