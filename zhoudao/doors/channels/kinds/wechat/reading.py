"""What WeChat tells us: one flat XML document a message or event, read by the one hardened reader."""

import re
from dataclasses import field
from datetime import UTC, datetime

from zhoudao.kit.frozen import frozen
from zhoudao.kit.xml import XmlRefused, parse

MAX_BYTES = 256 * 1024


class Unread(Exception):
    """This is no message of WeChat's."""


@frozen
class Told:
    """One message (`kind` text, image, voice …) or event (`kind` event)."""

    kind: str
    sender: str
    account: str
    created: int
    id: str = ""
    fields: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def event(self) -> str:
        """Which event, in lower case."""
        return self.fields.get("Event", "").lower()

    @property
    def key(self) -> str:
        """What tells it from every other: its own id; an event has none, but nobody does one thing twice a second."""
        return f"m/{self.id}" if self.id else f"e/{self.sender}/{self.created}/{self.event}"

    @property
    def written(self) -> datetime | None:
        """When it was written."""
        return datetime.fromtimestamp(self.created, UTC) if 0 < self.created < 4_000_000_000 else None


def fields_of(raw: bytes) -> dict[str, str]:
    """The elements of the document by name.

    Raises: Unread
    """
    try:
        root = parse(raw, max_bytes=MAX_BYTES, max_depth=6, max_elements=200)
    except XmlRefused as error:
        raise Unread(str(error)) from error
    return {str(one.tag): (one.text or "").strip() for one in root}


def read(raw: bytes) -> Told:
    """What was told.

    Raises: Unread
    """
    fields = fields_of(raw)
    kind, sender, created = fields.get("MsgType", ""), fields.get("FromUserName", ""), fields.get("CreateTime", "")
    if not kind or not re.fullmatch(r"[\x21-\x7e]{1,64}", sender) or not re.fullmatch(r"[0-9]{1,12}", created):
        raise Unread("It lacks MsgType, FromUserName or CreateTime.")
    id_ = fields.get("MsgId", "")
    if kind != "event" and not re.fullmatch(r"[0-9]{1,32}", id_):
        raise Unread("It lacks a MsgId.")
    return Told(kind.lower()[:20], sender, fields.get("ToUserName", "")[:64], int(created), id_, fields)
