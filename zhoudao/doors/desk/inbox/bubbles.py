"""The lines of a thread, drawn by code as the rows of the list are; what few messages have is drawn by templates."""

from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhoudao.doors.desk.inbox.thread import Item
from zhoudao.doors.desk.tags import channel_icon, channel_word, day_words, exact, hour, icon
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.commands.holding import may
from zhoudao.rooms.cases.queries.desk import Row
from zhoudao.rooms.cases.queries.transfers import Told
from zhoudao.rooms.conversations.queries import MessageView

register = template.Library()
_LOOKS = {"out": " is-out", "note": " is-note"}
_STATES = {"queued": " is-waiting", "sending": " is-waiting", "failed": " is-failed"}


@frozen
class _Words:
    note: str
    customer: str
    automatic: str
    in_clear: str
    delivered: str
    sent: str
    handed: str
    program: str
    bounce: str
    undone: str


@register.simple_tag
def thread_line(item: Item, row: Row, viewer: Viewer) -> SafeString:
    """A day, an event, or what was said, by whom, when, and what became of it."""
    if item.message:
        return SafeString(_message(item, item.message, row, viewer))
    if item.fact:
        words = _handed(item.transfer) if item.transfer else f"<span>{escape(str(item.fact.text))}</span>"
        return SafeString(f'<p class="fact" id="fact-{item.fact.id}">{words}{_time(item.at)}</p>')
    return SafeString(f'<p class="day" id="day-{item.day:%Y%m%d}">{escape(day_words(item.at))}</p>')


def _handed(transfer: Told) -> str:
    """Who handed the case over, from whom to whom, and why."""
    words = _words(get_language())
    who = {"by": transfer.by or words.program, "source": transfer.source, "target": transfer.target}
    parts = [words.handed.format(**who), transfer.reason]
    parts += [words.bounce] if transfer.is_bounce else []
    parts += [words.undone] if transfer.is_undone else []
    said = f" <q>{escape(transfer.words)}</q>" if transfer.words else ""
    return f"<span>{escape(' · '.join(parts))}{said}</span>"


def _message(item: Item, message: MessageView, row: Row, viewer: Viewer) -> str:
    look = _LOOKS.get(message.direction, "") + (" is-auto" if message.is_auto else "")
    return (
        f'<div class="message{look}{_STATES.get(message.status, "")}" id="message-{message.id}" '
        f'data-direction="{message.direction}"><p class="message-by">{_by(item, message, row, viewer)}</p>'
        f"{_said(message)}{_rare(message, row)}{_state(message)}</div>"
    )


def _time(at: datetime) -> str:
    return f'<time datetime="{at.isoformat()}" title="{exact(at)}">{hour(at)}</time>'


def _by(item: Item, message: MessageView, row: Row, viewer: Viewer) -> str:
    words, sign = _words(get_language()), ""
    if message.direction == "note":
        sign = f"{icon('sticky-note', 'small')}{words.note} · "
    elif message.is_auto:
        sign = icon("bot", "small")
    name = row.customer_name or words.customer if message.direction == "in" else message.author or words.automatic
    clear = ""
    if message.is_masked and may(viewer, "customers:unmask", row):
        address = reverse("desk_unmask_message", args=[row.number, message.id])
        clear = (
            f'<button class="linkish" type="button" hx-get="{address}" hx-target="#sheet-in">{words.in_clear}</button>'
        )
    way = ""
    if item.channel_kind:
        title, drawing = escape(channel_word(item.channel_kind)), icon(channel_icon(item.channel_kind), "small")
        way = f'<span title="{title}">{drawing}</span>'
    return f"{sign}<span>{escape(name)}</span> {_time(message.at)} {clear} {way}"


def _said(message: MessageView) -> str:
    if message.html:  # cleaned when it came in
        return f'<div class="message-text is-rich">{message.html}</div>'
    return f'<div class="message-text">{escape(message.text)}</div>' if message.text else ""


def _rare(message: MessageView, row: Row) -> str:
    """Its files, and what can be done about one that did not load or an answer that is not sent."""
    drawn: dict[str, Any] = {"message": message, "row": row}
    parts = [render_to_string("desk/inbox/_files.html", drawn)] if message.attachments else []
    is_ours = message.direction == "out" and not message.is_auto
    if (message.direction == "in" and message.failure) or (is_ours and message.status in _STATES):
        parts.append(render_to_string("desk/inbox/_trouble.html", drawn))
    return "".join(parts)


def _state(message: MessageView) -> str:
    if message.direction != "out" or message.is_auto or message.status in _STATES:
        return ""
    words, is_there = _words(get_language()), message.status == "delivered"
    drawing, word = ("check-check", words.delivered) if is_there else ("check", words.sent)
    return f'<p class="message-state">{icon(drawing, "small")}{word}</p>'


@lru_cache(maxsize=8)
def _words(language: str | None) -> _Words:
    """The active language's, looked up once."""
    return _Words(
        note=_("Private note"),
        customer=_("Customer"),
        automatic=_("Automatic"),
        in_clear=_("See in clear"),
        delivered=_("Delivered"),
        sent=_("Sent"),
        handed=_("Handed over by {by}: {source} → {target}"),
        program=_("a program"),
        bounce=_("back to who had it before"),
        undone=_("taken back since"),
    )
