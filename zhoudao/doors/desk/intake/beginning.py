"""The beginning of what arrived, as text: nothing in it is run, rendered or followed, and numbers are masked."""

import json
import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header

from zhoudao.ground.vault.box import Unreadable
from zhoudao.kit.text import mask_personal
from zhoudao.rooms.conversations.commands import raw_of
from zhoudao.rooms.conversations.inbound import is_packed
from zhoudao.rooms.conversations.models import Delivery

_HEADERS, _BODY = 8192, 1024
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def beginning(delivery: Delivery) -> str:
    """Headers and the first KB, '' when nothing was kept or its key is gone."""
    if delivery.raw_sealed is None:
        return ""
    try:
        raw = raw_of(delivery)
    except Unreadable:
        return ""
    text = _packed(raw) if is_packed(raw) else _mail(raw)
    return mask_personal(_INVISIBLE.sub("", text), {"phone", "id", "card", "email"})[0]


def _packed(raw: bytes) -> str:
    channel, key, words, files = json.loads(raw.partition(b"\n")[2])
    shown = {name: value for name, value in words.items() if value} | {"files": [name for name, _ in files]}
    return json.dumps({"channel": channel, "id": key} | shown, ensure_ascii=False, indent=1)[: _HEADERS + _BODY]


def _mail(raw: bytes) -> str:
    head, _, body = re.sub(rb"\r\n?", b"\n", raw[: 64 * 1024]).partition(b"\n\n")
    lines = re.sub(r"\n[ \t]+", " ", head[:_HEADERS].decode("utf-8", "replace")).split("\n")
    return "\n".join([*map(_readable, lines), "", body[:_BODY].decode("utf-8", "replace")])


def _readable(line: str) -> str:
    if "=?" not in line or len(line) > 2000:
        return line
    try:
        return str(make_header(decode_header(line)))
    except (HeaderParseError, ValueError, LookupError):
        return line
