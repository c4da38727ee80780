"""One answer with the case number for what a WeChat message opened."""

from datetime import UTC, datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from zhoudao.doors.channels.kinds.wechat.passive import WINDOW_SECONDS
from zhoudao.doors.channels.kinds.wechat.settings import account_of
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.commands.acknowledging import ACTOR
from zhoudao.rooms.cases.commands.holding import hold
from zhoudao.rooms.cases.links import progress_url
from zhoudao.rooms.conversations.commands import reply
from zhoudao.rooms.conversations.models import Message


@transaction.atomic
def on_event(event: Event) -> None:
    """This will acknowledge a case that a WeChat message opened, once."""
    case = hold(event.primary_id)
    thread = case.conversation
    if thread is None or account_of(thread.channel).acknowledges != "passive":
        return
    if Message.objects.filter(conversation=thread, actor=ACTOR).exists():
        return
    with translation.override(thread.language.lower()):
        text = _("We have received your message. Its number is %(number)s. Follow it at any time: %(link)s") % {
            "number": case.number,
            "link": progress_url(case),
        }
    reply(
        conversation_id=thread.id,
        text=text,
        by=By(ACTOR, store_id=case.store_id),
        author_name="",
        at=event.occurred_at,
        real_now=datetime.now(UTC),
        undo_seconds=WINDOW_SECONDS,
        is_auto=True,
    )
