"""Reading JSON of others: each field with its place in it, so that what is wrong can be named and never quoted."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from zhoudao.rooms.orders.storefronts.told import Unread, minor_of

_MOST_LINES = 500


class Given:
    """An object of theirs, and where it stands."""

    def __init__(self, content: Any, where: str = "") -> None:
        if not isinstance(content, Mapping):
            raise Unread("shape", where)
        self._content, self._where = content, where

    @classmethod
    def of(cls, raw: bytes) -> "Given":
        """What a body holds. Raises: Unread."""
        try:
            return cls(json.loads(raw.decode()))
        except (ValueError, RecursionError) as error:
            raise Unread("json") from error

    def at(self, name: str) -> str:
        """Where a field stands."""
        return f"{self._where}.{name}" if self._where else name

    def has(self, name: str) -> bool:
        """Whether something is said there."""
        return self._content.get(name) not in (None, "", [], {})

    def text(self, name: str) -> str:
        """A text or a whole number as text; empty when nothing is said. Raises: Unread."""
        value = self._content.get(name)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise Unread("shape", self.at(name))
        return str(value).strip()

    def needed(self, name: str) -> str:
        """A text that must be there. Raises: Unread."""
        text = self.text(name)
        if not text:
            raise Unread("empty", self.at(name))
        return text

    def whole(self, name: str) -> int:
        """A whole number. Raises: Unread."""
        value = self._content.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 2**53:
            raise Unread("quantity", self.at(name))
        return value

    def is_so(self, name: str) -> bool:
        """Whether a yes-or-no says yes."""
        return self._content.get(name) is True

    def minor(self, name: str, currency: str) -> int:
        """An amount in minor units; nothing said is nothing. Raises: Unread."""
        value = self._content.get(name)
        return 0 if value is None else minor_of(value, currency, self.at(name))

    def moment(self, name: str) -> datetime:
        """A moment; without a zone it is one of UTC. Raises: Unread."""
        try:
            moment = datetime.fromisoformat(self.needed(name))
        except ValueError as error:
            raise Unread("time", self.at(name)) from error
        if not 2000 <= moment.year <= 2100:
            raise Unread("time", self.at(name))
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def part(self, name: str) -> "Given":
        """An object in it; one without anything when nothing is said. Raises: Unread."""
        value = self._content.get(name)
        return Given(value if value not in (None, "", []) else {}, self.at(name))

    def parts(self, name: str) -> Iterator["Given"]:
        """The objects of a list in it. Raises: Unread."""
        rows = self._content.get(name) or []
        if not isinstance(rows, list) or len(rows) > _MOST_LINES:
            raise Unread("many_lines" if isinstance(rows, list) else "shape", self.at(name))
        for place, row in enumerate(rows):
            yield Given(row, f"{self.at(name)}.{place}")


def person(first: str, last: str) -> str:
    """Somebody's name from its two parts, as each script writes it.

    >>> person("小明", "王"), person("Ada", "Lovelace"), person("王小姐", "")
    ('王小明', 'Ada Lovelace', '王小姐')
    """
    first, last = first.strip(), last.strip()
    if any("\u3400" <= character <= "\u9fff" for character in first + last):
        return last + first
    return f"{first} {last}".strip()


def language_of(locale: str) -> str:
    """One of our languages for a locale of theirs.

    >>> [language_of(one) for one in ("zh-TW", "zh_CN", "fr", "")]
    ['zh-Hant', 'zh-Hans', 'en', 'zh-Hans']
    """
    wanted = locale.replace("_", "-").lower()
    if any(tag in wanted for tag in ("hant", "-tw", "-hk", "-mo")):
        return "zh-Hant"
    return "zh-Hans" if not wanted or wanted.startswith("zh") else "en"
