"""`/portal/chat/`: the web chat's own pages and protocol, for a customer who is known, about a case or a need."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from zhoudao.doors.portal.chat.about import About, sealed
from zhoudao.doors.portal.guests import guest_of
from zhoudao.doors.portal.home.showing import language_of
from zhoudao.doors.portal.widget.frame import config_of, policy_of
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.ground.vault import box
from zhoudao.kit.languages import pick
from zhoudao.rooms.cases.models import Case, Kind
from zhoudao.rooms.cases.queries.contacts import case_seen, sight_of
from zhoudao.rooms.conversations.models import Channel, Conversation
from zhoudao.rooms.conversations.visitors import new_token
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.commands.introducing import note_identities
from zhoudao.rooms.entrances.models import Pass


@permit(PUBLIC)
@require_safe
def chat(request: HttpRequest) -> HttpResponse:
    """The whole page. Who is signed in is asked nothing they have said; who is not chats as any visitor."""
    channel = Channel.objects.filter(kind="webchat", is_active=True).order_by("code").first()
    if channel is None:
        raise Http404
    language, guest = language_of(request), guest_of(request)
    case = _case(request, guest)
    about = _about(request, guest, case)
    config: dict[str, Any] = config_of(channel, language) | {"portal": True}
    config["store"] = f"portal.{channel.code}"
    if guest is not None:
        config |= _known(guest, channel)
    thread = _thread_here(case, channel)
    if thread is not None:
        config["conversation"] = str(thread.id)
    elif about != About():
        config["about"] = sealed(about)
    names = channel.names or clock.company()
    context = {
        "config": config,
        "name": pick(names, get_language()),
        "languages": settings.LANGUAGES,
        "case": case,
        "back": reverse("portal:case", args=[case.number]) if case else reverse("portal:home"),
    }
    answer = render(request, "chat/page.html", context)
    answer["Content-Security-Policy"] = policy_of(guest.key.origins if guest and guest.key else ["'none'"])
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "same-origin"
    if guest and guest.key and guest.key.origins:
        answer.xframe_options_exempt = True
    return answer


def _case(request: HttpRequest, guest: Pass | None) -> Case | None:
    """A case of their own; what is not theirs is like what does not exist."""
    number = request.GET.get("case", "")[:20]
    if not number:
        return None
    sight = sight_of(guest.customer_id) if guest else None
    case = case_seen(sight, number) if sight else None
    if case is None or sight is None or not sight.is_own(case):
        raise Http404
    return case


def _about(request: HttpRequest, guest: Pass | None, case: Case | None) -> About:
    kind = request.GET.get("kind", "")
    if case is not None and guest is not None:
        main = case.conversation
        is_alive = main is not None and main.ended_at is None
        return About(main_id=main.id if main and is_alive else None, pass_id=guest.id)
    return About(kind=kind if kind in Kind.values else "")


def _known(guest: Pass, channel: Channel) -> dict[str, Any]:
    """The customer's own visitor here, the same on every device; its token is good as long as the pass."""
    visitor_id = f"portal-{box.blind_index('portal.visitor', guest.customer_id.hex).hex()}"
    claim = Claim("visitor", visitor_id, scope=channel.code)
    by = By(f"customer:{guest.customer_id}", channel=channel.code)
    note_identities(customer_id=guest.customer_id, claims=[claim], at=clock.now(), by=by)
    return {"token": new_token(channel.code, visitor_id, guest.id), "store": f"{visitor_id[:20]}.{channel.code}"}


def _thread_here(case: Case | None, channel: Channel) -> Conversation | None:
    """The case's thread on this channel: its own, or a side of it."""
    if case is None or case.conversation_id is None:
        return None
    main = Conversation.objects.filter(id=case.conversation_id, channel=channel).first()
    side = Conversation.objects.filter(main_id=case.conversation_id, channel=channel, ended_at=None)
    return main or side.order_by("-started_at", "-id").first()
