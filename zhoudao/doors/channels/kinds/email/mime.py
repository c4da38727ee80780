"""A mail's bytes to what it says. Runs in the reader process only, under its limits of time and memory."""

import re
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32
from html import escape

from zhoudao.doors.channels.kinds.email import quoting
from zhoudao.doors.channels.kinds.email.automatic import automatic
from zhoudao.doors.channels.kinds.email.bounces import bounce
from zhoudao.doors.channels.kinds.email.charsets import header, words
from zhoudao.doors.channels.kinds.email.headers import date, first, ids, senders, values, verdict
from zhoudao.doors.channels.kinds.email.mail import File, Mail, Unread
from zhoudao.doors.channels.kinds.email.plain import plain

HEADER_BYTES = 64 * 1024
MOST_PARTS, MOST_DEPTH = 200, 20
LONGEST_TEXT = 900_000
_OURS = re.compile(rb"<zd\.[0-9a-f]{32}\.[0-9a-f]{32}@")
_UNSAFE_NAME = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class _Plain(Compat32):
    """Headers are text and nothing else: the standard library trips over its own objects for odd bytes."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


@dataclass
class _Body:
    plains: list[str] = field(default_factory=list)
    htmls: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    parts: int = 0


def read(raw: bytes, *, trims: bool = True) -> Mail:
    """This will read one mail.

    Raises: Unread
    """
    _check_head(raw)
    try:
        message = BytesParser(policy=_Plain()).parsebytes(raw)
        body = _Body()
        _gather(message, body, depth=0)
    except RecursionError as error:
        raise Unread("too_deep") from error
    references = ids(message, "in-reply-to", "references")
    subject = first(message, "subject")
    full = ("\n\n".join(filter(str.strip, body.plains)) or plain("\n".join(body.htmls))).strip()[:LONGEST_TEXT]
    text = quoting.newest(full) if trims and quoting.is_reply(subject, references) else full
    people = senders(message)
    return Mail(
        message_id=next(iter(ids(message, "message-id")), ""),
        references=references,
        sender=people[0][1] if people else "",
        sender_name=people[0][0] if people else "",
        is_single_sender=len(people) == 1,
        subject=subject,
        date=date(message),
        text=text,
        full_text=full,
        html=_html(body, text, full),
        automatic=automatic(message),
        list_id=first(message, "list-id"),
        loop_marks=[header(value) for value in values(message, "x-loop")][:10],
        verdict=verdict(message),
        bounce=bounce(message, raw),
        our_ids=[found.decode() for found in dict.fromkeys(_OURS.findall(raw[:1_000_000]))][:20],
        files=body.files,
    )


def _check_head(raw: bytes) -> None:
    end = re.search(rb"\r?\n\r?\n", raw[: HEADER_BYTES + 4])
    if end is None and len(raw) > HEADER_BYTES:
        raise Unread("headers_too_large")


def _html(body: _Body, text: str, full: str) -> str:
    html = "\n".join(body.htmls)
    if html and len(html) <= LONGEST_TEXT:
        return html
    return "<p>" + escape(full).replace("\n", "<br>") + "</p>" if text != full and len(full) < 200_000 else ""


def _gather(part: Message, body: _Body, depth: int) -> None:
    body.parts += 1
    if body.parts > MOST_PARTS:
        raise Unread("too_many_parts", str(MOST_PARTS))
    if depth > MOST_DEPTH:
        raise Unread("too_deep", str(MOST_DEPTH))
    if sum(len(name) + len(str(value)) for name, value in part.raw_items()) > HEADER_BYTES:
        raise Unread("headers_too_large")
    inner = part.get_payload() if part.is_multipart() else None
    if not isinstance(inner, list):
        _add_leaf(part, body)
        return
    take = _add_forwarded if part.get_content_type() == "message/rfc822" else _gather
    for one in inner:
        if isinstance(one, Message):
            take(one, body, depth + 1)


def _add_forwarded(message: Message, body: _Body, depth: int) -> None:
    """A mail inside a mail becomes a readable text file; its own attachments stand beside it."""
    inside = _Body(parts=body.parts)
    _gather(message, inside, depth)
    body.parts = inside.parts
    lines = [f"{name}: {first(message, name.lower())}" for name in ("From", "To", "Date", "Subject")]
    text = "\n\n".join(filter(str.strip, inside.plains)) or plain("\n".join(inside.htmls))
    name = _clean(first(message, "subject") or "mail") + ".txt"
    body.files.append(File(name, "\n".join([*lines, "", text]).encode()))
    body.files += inside.files


def _add_leaf(part: Message, body: _Body) -> None:
    content, kind = _content(part), part.get_content_type()
    name = _file_name(part)
    is_file = part.get_content_disposition() == "attachment" or bool(name)
    if not is_file and kind in ("text/plain", "text/html"):
        text = words(content, _charset(part)).replace("\r\n", "\n")
        (body.htmls if kind == "text/html" else body.plains).append(text)
    elif content and not kind.startswith("message/"):
        body.files.append(File(name or f"attachment-{len(body.files) + 1}", content))


def _content(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError, TypeError):  # an encoding nobody can undo: as it stands
        del part["content-transfer-encoding"]
        content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _charset(part: Message) -> str:
    try:
        return str(part.get_param("charset", "") or "") if not isinstance(part.get_param("charset"), tuple) else ""
    except (ValueError, LookupError):
        return ""


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename("") or ""
    except (ValueError, LookupError, TypeError):
        name = "attachment"
    return _clean(header(name)) if name else ""


def _clean(name: str) -> str:
    last = re.split(r"[/\\]", _UNSAFE_NAME.sub("", name))[-1].strip(" .")
    return last[-100:] or "attachment"
