"""Telephone calls: each is a message of the caller's and, when somebody spoke with them, an answer of ours.

So a call's wait is measured like any other: the case opens when it rang, and the first person answered when they did.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import NotAPhone, clip, normalise_phone
from zhoudao.rooms.conversations.commands.receiving import Received, receive_message
from zhoudao.rooms.conversations.commands.replying import reply
from zhoudao.rooms.conversations.commands.sending import mark_sent
from zhoudao.rooms.conversations.events import CallLogged
from zhoudao.rooms.conversations.inbound import Inbound
from zhoudao.rooms.conversations.models import Call, Channel, Message
from zhoudao.rooms.conversations.refusals import CallerUnknown, CallUnsound, ChannelUnknown
from zhoudao.rooms.customers.claims import Claim

ENDED_BY = ("customer", "colleague", "network")
_OLDEST = timedelta(days=31)
_LONGEST_SECONDS = 24 * 3600


@frozen
class Rang:
    """One call. `caller` is '' when the number was hidden; `talk_seconds` 0 when nobody answered."""

    caller: str
    started_at: datetime
    wait_seconds: int
    talk_seconds: int
    ended_by: str

    @property
    def ended_at(self) -> datetime:
        """When the line was closed."""
        return self.started_at + timedelta(seconds=self.wait_seconds + self.talk_seconds)


def log_call(
    rang: Rang, *, inbound: Inbound, is_proof: bool, by: By, name: str, at: datetime, real_now: datetime
) -> Received:
    """This will note a call, once for each id: `inbound` brings channel, id, words, recording and name.

    `by` and `name` are who spoke, or who notes it. Call it outside a transaction, as `receive_message`.

    Raises: CallUnsound, CallerUnknown, ChannelUnknown, and what `receive_message` raises
    """
    _check(rang, at)
    if not Channel.objects.filter(code=inbound.channel, kind="phone", is_active=True).exists():
        raise ChannelUnknown(ChannelUnknown.__doc__)
    words = inbound.text.strip()
    text = f"{_came(rang)}\n{words}" if words else _came(rang)
    subject = inbound.subject or clip(" ".join(words.split()), 60)
    message = replace(
        inbound, text=text, subject=subject, claims=_claims(rang, inbound.channel, is_proof), sent_at=rang.started_at
    )
    received = receive_message(inbound=message, at=rang.started_at)
    _note(rang, received, by=by, name=name, real_now=real_now)
    return received


@transaction.atomic
def _note(rang: Rang, received: Received, *, by: By, name: str, real_now: datetime) -> None:
    """What a process that died after the message left undone is done when the call is noted again."""
    message = (
        Message.objects.select_for_update(of=("self",))
        .select_related("conversation__channel")
        .get(id=received.message_id)
    )
    if Call.objects.filter(message=message).exists():
        return
    Call.objects.create(
        message=message,
        started_at=rang.started_at,
        wait_seconds=rang.wait_seconds,
        talk_seconds=rang.talk_seconds,
        ended_by=rang.ended_by,
        answered_by=by.actor if rang.talk_seconds else "",
    )
    thread = message.conversation
    here = By(by.actor, store_id=thread.store_id, channel=thread.channel.code)
    fact = CallLogged(str(message.id), rang.wait_seconds, rang.talk_seconds, rang.ended_by)
    about = [About("conversation", thread.id), About("customer", thread.customer_id)]
    record(fact, at=rang.started_at, by=here, about=about)
    if rang.talk_seconds:
        answered_at = rang.started_at + timedelta(seconds=rang.wait_seconds)
        spoken = reply(
            conversation_id=thread.id,
            text=_spoke(rang),
            by=by,
            author_name=name,
            at=answered_at,
            real_now=real_now,
            expects_answer=False,
        )
        mark_sent(message_id=spoken.id, at=answered_at, external_id=f"call/{message.id}")


def _check(rang: Rang, at: datetime) -> None:
    is_timely = at - _OLDEST <= rang.started_at and rang.ended_at <= at + timedelta(minutes=1)
    lengths = (rang.wait_seconds, rang.talk_seconds)
    if not is_timely or not all(0 <= length <= _LONGEST_SECONDS for length in lengths):
        raise CallUnsound(CallUnsound.__doc__)
    if rang.ended_by not in ENDED_BY:
        raise CallUnsound(CallUnsound.__doc__)


def _claims(rang: Rang, channel: str, is_proof: bool) -> list[Claim]:
    """The number is the line's own id of the caller: good for a thread. It can be forged: no proof of who it is."""
    if not rang.caller.strip():
        return []
    try:
        number = normalise_phone(rang.caller)
    except NotAPhone as error:
        raise CallerUnknown(CallerUnknown.__doc__) from error
    return [Claim("external", number, scope=channel), Claim("phone", number, verified=is_proof)]


def _came(rang: Rang) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        wait = _lasting(rang.wait_seconds)
        if rang.talk_seconds:
            return _("[Call] waited {wait}").format(wait=wait)
        return _("[Missed call] waited {wait}").format(wait=wait)


def _spoke(rang: Rang) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return _("[Spoke by phone] {time}").format(time=_lasting(rang.talk_seconds))


def _lasting(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    parts = [ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}] if minutes else []
    if rest or not minutes:
        parts.append(ngettext("%(n)d second", "%(n)d seconds", rest) % {"n": rest})
    return " ".join(parts)
