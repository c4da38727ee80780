"""Reading a mail's headers: addresses, ids, what the receiving server says. Headers are raw text until decoded here."""

import re
from collections.abc import Iterator
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from zhoudao.doors.channels.kinds.email.charsets import header as decoded
from zhoudao.doors.channels.kinds.email.mail import Verdict

_ID = re.compile(r"<[^<>\s]{3,200}>")
_MOST_IDS = 50
_ADDRESS = re.compile(r"[^\s<>@\"(),:;\[\\\]]{1,64}@[^\s<>@\"(),:;\[\\\]]{3,190}")
_COMMENT = re.compile(r"\([^()]{0,500}\)")
_LONGEST = 4000


def values(message: Message, name: str) -> Iterator[str]:
    """The raw values of a header, top first, unfolded."""
    for key, value in message.raw_items():
        if key.lower() == name:
            yield re.sub(r"\r?\n[ \t]?", " ", str(value)[:_LONGEST])


def first(message: Message, name: str) -> str:
    """A header in words, '' when there is none."""
    return decoded(next(values(message, name), ""))


def ids(message: Message, *names: str) -> list[str]:
    """Message ids these headers name, the last ones when there are very many."""
    found = [one for name in names for value in values(message, name) for one in _ID.findall(decoded(value))]
    return list(dict.fromkeys(found))[-_MOST_IDS:]


def senders(message: Message) -> list[tuple[str, str]]:
    """(name, address) of everybody the mail says it is from."""
    raw = list(values(message, "from"))
    found = _addresses(raw) or _addresses([decoded(value) for value in raw])
    return [(decoded(name), address) for name, address in found]


def _addresses(raw: list[str]) -> list[tuple[str, str]]:
    try:
        pairs = getaddresses([value[:1000] for value in raw[:5]])
    except (ValueError, IndexError, TypeError, RecursionError):
        pairs = []
    good = [(name, address.strip()) for name, address in pairs if _ADDRESS.fullmatch(address.strip())]
    return good or [("", one) for value in raw for one in _ADDRESS.findall(value)[:1]]


def date(message: Message) -> str:
    """When it says it was written, as ISO 8601 with a zone, or ''."""
    try:
        moment = parsedate_to_datetime(next(values(message, "date"), ""))
        return moment.isoformat() if moment.tzinfo else ""
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def verdict(message: Message) -> Verdict | None:
    """The topmost Authentication-Results: the last server's. Whether that server is ours is for others to say."""
    top = next(values(message, "authentication-results"), "")
    server, *results = [part.strip() for part in _COMMENT.sub(" ", top).split(";")]
    for result in results:
        found = re.match(r"dmarc\s*=\s*(\w+)", result, re.IGNORECASE)
        domain = re.search(r"header\.from\s*=\s*\"?@?([\w.-]+)", result, re.IGNORECASE)
        if found and server:
            return Verdict(server.split()[0].lower(), found[1].lower(), domain[1].lower() if domain else "")
    return None
