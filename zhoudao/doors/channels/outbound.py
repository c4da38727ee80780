"""How answers leave: claimed, carried after the commit, then marked. The channel's kind chooses the transport."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext_noop

from zhoudao.doors.channels.locks import only_one
from zhoudao.rooms.conversations.commands import begin_sending, mark_failed, mark_sent
from zhoudao.rooms.conversations.commands.retrying import TRIES, postpone_reply, requeue_replies, wait_before
from zhoudao.rooms.conversations.models import Message

_log = logging.getLogger(__name__)
NO_TRANSPORT = gettext_noop("This channel cannot carry answers.")
OUR_FAULT = gettext_noop("Something went wrong on our side; try again, and tell an administrator if it stays so.")


@dataclass
class NotCarried(Exception):
    """An answer did not leave. `reason` is a sentence a person can act on; `detail` the other side's own words."""

    reason: str
    detail: str = ""
    is_final: bool = False

    @property
    def words(self) -> str:
        """What is kept: the sentence (a gettext message) and, on a line of its own, the detail."""
        return f"{self.reason}\n{self.detail}".strip()


class Transport(Protocol):
    """Carries one message. It may be asked twice for the same one and must then send the same id."""

    def carry(self, message: Message) -> str:
        """This will send the message; returns the transport's id of it. Raises: NotCarried"""
        ...


class Fetched:
    """The customer's side fetches by itself: an answer has left as soon as nobody can take it back."""

    def carry(self, message: Message) -> str:
        """Nothing is to be carried."""
        return ""


_transports: dict[str, Transport] = {}


def register(kind: str, transport: Transport) -> None:
    """This will have answers on channels of this kind carried by `transport`."""
    _transports[kind] = transport


def deliver_reply(message_id: UUID, *, at: datetime, real_now: datetime) -> None:
    """This will send one queued answer. Refused for good: failed. Not now: again later, six times at most."""
    with only_one(f"reply|{message_id}") as is_mine:
        message = begin_sending(message_id=message_id, real_now=real_now) if is_mine else None
        if message is None:
            return
        try:
            sent_as = _carry(message)
        except NotCarried as refusal:
            _not_now(message, refusal, at, real_now)
        else:
            mark_sent(message_id=message_id, at=at, external_id=sent_as)


def requeue_stuck(*, real_now: datetime) -> int:
    """This will queue answers again whose job was lost; returns how many."""
    return requeue_replies(real_now=real_now)


def _carry(message: Message) -> str:
    transport = _transports.get(message.conversation.channel.kind)
    if transport is None:
        raise NotCarried(NO_TRANSPORT, is_final=True)
    try:
        return transport.carry(message)
    except NotCarried:
        raise
    except Exception as error:
        _log.exception("Answer %s was not carried", message.id)
        raise NotCarried(OUR_FAULT, type(error).__name__) from error


def _not_now(message: Message, refusal: NotCarried, at: datetime, real_now: datetime) -> None:
    if refusal.is_final or message.attempts >= TRIES:
        mark_failed(message_id=message.id, reason=refusal.words, at=at)
    else:
        until = real_now + wait_before(message.attempts)
        postpone_reply(message_id=message.id, reason=refusal.words, until=until)
