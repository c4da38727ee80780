"""One mail to say that we have it, with the case number. Capped, because anybody can write in anybody's name.

Windows are real time, read from the keys of the messages: a demo's fast clock must not open the tap.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from zhoudao.doors.channels.kinds.email.settings import BadMailbox, mailbox_of
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.cases.links import progress_url
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.commands import reply
from zhoudao.rooms.conversations.models import Conversation, Message
from zhoudao.rooms.customers.models import Identity

ACTOR = "system:acknowledge"
_WINDOW = timedelta(hours=1)
_UNPROVEN_AN_HOUR = 60
_LOCK = 0x7A640001


def on_event(event: Event) -> None:
    """This will acknowledge a case that a mail opened."""
    case = Case.objects.select_related("conversation__channel").filter(id=event.primary_id).first()
    if case is None or case.conversation is None:
        return
    acknowledge(case, case.conversation, at=event.occurred_at, real_now=datetime.now(UTC))


@transaction.atomic
def acknowledge(case: Case, thread: Conversation, *, at: datetime, real_now: datetime) -> bool:
    """This will send the case number, unless the address or everybody together had enough; returns whether it did."""
    most = _most_an_hour(thread)
    if not most:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if not _may(thread, most, real_now):
        return False
    with translation.override(thread.language.lower()):
        text = _(
            "We have received your message. Its number is %(number)s. We answer by mail; "
            "you can follow it at any time here:\n%(link)s"
        ) % {"number": case.number, "link": progress_url(case)}
    reply(
        conversation_id=thread.id,
        text=text,
        by=By(ACTOR, store_id=case.store_id),
        author_name="",
        at=at,
        real_now=real_now,
        is_auto=True,
    )
    return True


def _most_an_hour(thread: Conversation) -> int:
    try:
        return mailbox_of(thread.channel).acknowledgements_an_hour
    except BadMailbox:
        return 0


def _may(thread: Conversation, most: int, real_now: datetime) -> bool:
    recent = Message.objects.filter(id__gte=_first_id(real_now - _WINDOW), actor=ACTOR)
    if recent.filter(conversation__customer_id=thread.customer_id).exists():
        return False
    if recent.filter(conversation__channel_id=thread.channel_id)[:most].count() >= most:
        return False
    return _is_proven(thread.customer_id) or recent[:_UNPROVEN_AN_HOUR].count() < _UNPROVEN_AN_HOUR


def _is_proven(customer_id: UUID) -> bool:
    return Identity.objects.filter(customer_id=customer_id, kind="email", suggested=False).exists()


def _first_id(moment: datetime) -> UUID:
    return UUID(int=uuid7(moment).int & ~((1 << 80) - 1))
