"""Telling the customer that we have it, under which number, and where to follow it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from zhoudao.ground.eventlog.facts import name_codes
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.commands.holding import hold, tell
from zhoudao.rooms.cases.commands.ways import thread_for
from zhoudao.rooms.cases.events import AcknowledgedInPerson
from zhoudao.rooms.cases.links import progress_url
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.ways import CARRYING, Way, ways_of
from zhoudao.rooms.cases.refusals import WayTaken
from zhoudao.rooms.conversations import commands as conversations
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.customers.models import Identity

ACTOR = "system:acknowledge"
_HOW = {"counter": "in_person", "phone": "by_phone", "form": "on_page"}  # other kinds: by_phone, a colleague has to
name_codes({"on_page": pgettext_lazy("promise done", "On the page")})


@transaction.atomic
def acknowledge_case(*, case_id: UUID, at: datetime, real_now: datetime) -> None:
    """This will send the case number and the progress page, once; mail is acknowledged by its own, capped way.

    What came by a channel that carries no answers is confirmed by one on which the customer is proven. Without one
    it was confirmed in person: counter slip and form page show the number, a call's owner is asked to say it.

    Raises: CaseNotFound
    """
    case = hold(case_id)
    if case.conversation is None or case.conversation.channel.kind == "email" or _is_done(case):
        return
    by, kind = By(ACTOR, store_id=case.store_id), case.conversation.channel.kind
    thread_id = case.conversation.id if kind in CARRYING else proven_thread(case, at)
    with translation.override(case.conversation.language.lower()):
        if thread_id is not None:
            conversations.reply(
                conversation_id=thread_id,
                text=_text(case),
                by=by,
                author_name="",
                at=at,
                real_now=real_now,
                is_auto=True,
            )
            return
        how = _HOW.get(kind, "by_phone")
        tell(case, AcknowledgedInPerson(how), actor=ACTOR, at=at)
        if how == "by_phone":
            note = _("Nothing in writing reaches this customer: say the number %(number)s when you speak with them.")
            words = note % {"number": case.number}
            conversations.add_note(conversation_id=case.conversation.id, text=words, by=by, author_name="", at=at)


def _text(case: Case) -> str:
    return _("We have received your complaint. Its number is %(number)s; follow it here: %(link)s") % {
        "number": case.number,
        "link": progress_url(case),
    }


def _is_done(case: Case) -> bool:
    here = Message.objects.filter(conversation=case.conversation_id) | Message.objects.filter(
        conversation__main=case.conversation_id
    )
    told = Event.objects.filter(primary_id=case.id, type=AcknowledgedInPerson.name)
    return here.filter(actor=ACTOR).exists() or told.exists()


def proven_thread(case: Case, at: datetime) -> UUID | None:
    """A thread by which only the customer reads it: what somebody merely typed into a form proves nothing."""
    ways = sorted((way for way in ways_of(case) if _is_proven(way)), key=lambda way: not way.is_default)
    for way in ways:
        try:
            return thread_for(case, way.key, actor=ACTOR, at=at)
        except WayTaken:
            continue
    return None


def _is_proven(way: Way) -> bool:
    if way.identity_id is None:
        return way.thread_id is not None
    return Identity.objects.filter(id=way.identity_id, suggested=False, verified_at__isnull=False).exists()
