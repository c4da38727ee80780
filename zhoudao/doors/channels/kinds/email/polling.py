"""Fetching what is new in a mailbox: stored first, understood later.

The place reached is (UIDVALIDITY, UID), never "unread": a colleague who reads mail by phone takes nothing from us.
"""

import logging
from collections.abc import Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from procrastinate.contrib.django import app

from zhoudao.doors.channels.inbound import parse_kept
from zhoudao.doors.channels.kinds.email.imap import Folder, MailboxTrouble, open_folder
from zhoudao.doors.channels.kinds.email.settings import BadMailbox, Mailbox, mailbox_of
from zhoudao.doors.channels.locks import only_one
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.conversations.commands import accept_raw, fail_delivery
from zhoudao.rooms.conversations.commands.channels import note_channel
from zhoudao.rooms.conversations.models import Channel, Delivery

FIRST_BYTES = 1024 * 1024
AT_A_TIME = 200
COMPARE_EVERY = timedelta(minutes=10)
_log = logging.getLogger(__name__)


def poll(channel_id: UUID, *, at: datetime, real_now: datetime) -> int:
    """This will keep every new mail, then read it; returns how many. What is wrong is noted at the channel, for people
    to act on."""
    kept: list[UUID] = []
    try:
        return _poll(channel_id, kept, at, real_now)
    finally:
        parse_kept(kept, at=at, real_now=real_now)


def _poll(channel_id: UUID, kept: list[UUID], at: datetime, real_now: datetime) -> int:
    with only_one(f"poll|{channel_id}") as is_mine:
        channel = Channel.objects.filter(id=channel_id, kind="email", is_active=True).first()
        if not is_mine or channel is None:
            return 0
        try:
            mailbox = mailbox_of(channel)
            with open_folder(mailbox) as folder:
                taken = _take(_Look(channel, mailbox, folder, at, real_now, kept))
        except (MailboxTrouble, BadMailbox) as trouble:
            code = trouble.code if isinstance(trouble, MailboxTrouble) else "set_up"
            _log.warning("Mailbox %s: %s", channel.code, trouble)
            note_channel(channel.id, error=code, error_detail=str(trouble)[:300], error_at=real_now.isoformat())
            return 0
    if taken >= AT_A_TIME:
        app.configure_task("channels.poll_mailbox").defer(channel_id=str(channel_id))
    return taken


@frozen
class _Look:
    """One look into a mailbox."""

    channel: Channel
    mailbox: Mailbox
    folder: Folder
    at: datetime
    real_now: datetime
    kept: list[UUID] = field(default_factory=list)

    def key(self, uid: int | str) -> str:
        return f"{self.mailbox.folder[:200]}/{self.folder.validity}/{uid}"


def _take(look: _Look) -> int:
    state = look.channel.state
    is_new = state.get("uidvalidity") != look.folder.validity
    start = _start(look) if is_new else state["start_uid"]
    last = start if is_new else state["last_uid"]
    wanted = look.folder.uids(after=last)[:AT_A_TIME]
    taken = _keep(look, wanted)
    last = wanted[-1] if wanted else last
    facts: dict[str, Any] = {"uidvalidity": look.folder.validity, "start_uid": start, "last_uid": last}
    if is_new or _is_due(state.get("compared_at"), look.real_now):
        facts |= {"counts": _compare(look, start, last), "compared_at": look.real_now.isoformat()}
    note_channel(look.channel.id, **facts, seen_at=look.real_now.isoformat(), error="", error_detail="")
    return taken


def _start(look: _Look) -> int:
    """The id below which mails are left alone: they came before the mailbox was ours to read."""
    if look.mailbox.since is None:
        return 0
    recent = look.folder.uids(since=look.mailbox.since)
    return recent[0] - 1 if recent else max(look.folder.next_uid - 1, 0)


def _keep(look: _Look, uids: Sequence[int]) -> int:
    taken = 0
    for uid, size in look.folder.sizes(uids).items():
        is_whole = size <= settings.DELIVERY_LIMIT_BYTES
        raw = look.folder.fetch(uid, at_most=None if is_whole else FIRST_BYTES)
        if raw is None:
            continue
        came = len(raw) if is_whole else size
        delivery = accept_raw(channel=look.channel, key=look.key(uid), raw=raw, at=look.at, size=came, has_reader=True)
        look.kept.append(delivery.id)
        if not is_whole and delivery.status == "received":
            fail_delivery(delivery, "too_large", f"{size // (1024 * 1024)} MB", at=look.at)
        taken += 1
    return taken


def _compare(look: _Look, start: int, last: int) -> dict[str, int]:
    """This will count what the server has against what we kept, and fetch what we missed."""
    there = [uid for uid in look.folder.uids(after=start) if uid <= last]
    missing = _not_here(look, there)
    if missing:
        _keep(look, missing[:AT_A_TIME])
        missing = _not_here(look, there)
    return {"server": len(there), "ours": len(there) - len(missing), "missing": len(missing)}


def _not_here(look: _Look, uids: Sequence[int]) -> list[int]:
    prefix = look.key("")
    keys = Delivery.objects.filter(channel=look.channel, key__startswith=prefix).values_list("key", flat=True)
    here = {key.removeprefix(prefix) for key in keys.iterator(chunk_size=5000)}
    return [uid for uid in uids if str(uid) not in here]


def _is_due(before: str | None, real_now: datetime) -> bool:
    return before is None or datetime.fromisoformat(before) + COMPARE_EVERY <= real_now
