"""Telling the customer that we have it, under which number, and where to follow it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.commands.holding import hold
from zhoudao.rooms.cases.links import progress_url
from zhoudao.rooms.conversations import commands as conversations
from zhoudao.rooms.conversations.models import Message

ACTOR = "system:acknowledge"


@transaction.atomic
def acknowledge_case(*, case_id: UUID, at: datetime) -> None:
    """This will send the case number and the progress page, once; mail is acknowledged by its own, capped way.

    Raises: CaseNotFound
    """
    case = hold(case_id)
    conversation = case.conversation
    if conversation is None or conversation.channel.kind == "email":
        return
    if Message.objects.filter(conversation=conversation, actor=ACTOR).exists():
        return
    with translation.override(conversation.language.lower()):
        text = _("We have received your complaint. Its number is %(number)s; follow it here: %(link)s") % {
            "number": case.number,
            "link": progress_url(case),
        }
    conversations.reply(
        conversation_id=conversation.id,
        text=text,
        by=By(ACTOR, store_id=case.store_id),
        author_name="",
        at=at,
        real_now=at,
        is_auto=True,
    )
