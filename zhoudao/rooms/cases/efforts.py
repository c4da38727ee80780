"""How much trouble a case was for its customer, counted from what was said: pure, and kept as numbers only."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import fold

COUNTS = ("contacts", "channels", "people", "told_again", "asked_again", "waited_seconds")
PAUSE = timedelta(minutes=30)  # after so much silence of both sides the customer has come to us anew
_LINK = re.compile(r"https?://\S{1,2000}")
_QUOTED = re.compile(r"^\s{0,9}>[^\n]*$", re.MULTILINE)
_ADDRESS = re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}@[a-z\d.-]{1,190}[a-z]")
_NUMBER = re.compile(r"(?<![a-z\d*-])[a-z\d*][a-z\d*-]{4,38}[a-z\d*](?![a-z\d*])")
_DAY = re.compile(r"(?:19|20)\d{2}-?(?:0?[1-9]|1[0-2])-?(?:0?[1-9]|[12]\d|3[01])")
_SENTENCE = re.compile(r"[^。！？!?；;\n]{1,400}[。！？!?；;\n]?")
_ASKS = re.compile(
    r"[?]|请(?:您)?(?:提供|发|填|告诉|留|补|拍|核对)|麻烦|能否|告知|发一下|发给|please|could you|can you|may i|send us"
)
_TOPICS = {
    "order": re.compile(r"订单|单号|\border\b"),
    "phone": re.compile(r"电话|手机|联系方式|\bphone\b|\btelephone\b|\bmobile number\b"),
    "address": re.compile(r"地址|\baddress\b"),
    "serial": re.compile(r"序列号|机身号|\bserial\b"),
    "model": re.compile(r"型号|\bmodel\b"),
    "picture": re.compile(r"照片|图片|截图|拍照|视频|\bphotos?\b|\bpictures?\b|\bscreenshots?\b"),
    "name": re.compile(r"姓名|怎么称呼|您贵姓|\b(?:your|full) name\b"),
    "invoice": re.compile(r"抬头|税号|\btax (?:id|number)\b"),
}


@frozen
class Said:
    """One message of the customer's or of a person here. `files` say what they contain, not what they are called."""

    at: datetime
    channel: str
    is_customer: bool
    actor: str = ""
    text: str = ""
    files: frozenset[str] = frozenset()
    in_person: bool = False  # whoever wrote it down stood before them


@frozen
class Toll:
    """`contacts` times the customer came to us, over `channels` kinds of channel, and met `people`; `told_again` facts
    given anew, `asked_again` facts we asked for anew; `waited_seconds` for a person's answer, nights included.
    """

    contacts: int = 0
    channels: int = 0
    people: int = 0
    told_again: int = 0
    asked_again: int = 0
    waited_seconds: int = 0
    answers: int = 0  # of people here

    @property
    def repeats(self) -> int:
        """Both kinds."""
        return self.told_again + self.asked_again

    @property
    def waited(self) -> timedelta:
        """All waits together."""
        return timedelta(seconds=self.waited_seconds)


@dataclass
class _Count:
    contacts: int = 0
    channels: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    told_again: int = 0
    asked_again: int = 0
    waited: timedelta = timedelta()
    waits_since: datetime | None = None
    last_at: datetime | None = None
    channel: str = ""
    answers: int = 0
    facts: dict[str, int] = field(default_factory=dict)  # in which contact each was last given
    topics: dict[str, int] = field(default_factory=dict)


def toll_of(said: Iterable[Said], *, known: Iterable[str] = (), until: datetime) -> Toll:
    """The trouble of a case's messages, in the order they were said. `known`: order numbers we had before the first
    word; a customer still unanswered has waited `until`.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 10, 4, tzinfo=UTC)
    >>> first = Said(noon, "webchat", True, text="订单 O2026-000123 坏了")
    >>> reply = Said(noon + timedelta(minutes=5), "webchat", False, actor="user:1", text="请提供订单号")
    >>> again = Said(noon + timedelta(hours=2), "phone", True, text="还是 O2026-000123")
    >>> toll_of([first, reply, again], until=noon + timedelta(hours=3))
    Toll(contacts=2, channels=2, people=1, told_again=1, asked_again=0, waited_seconds=3900, answers=1)
    """
    count = _Count(facts={one: 0 for number in known for one in facts_in(number)})
    for one in said:
        if one.is_customer:
            _came(count, one)
        else:
            _answered(count, one)
        count.last_at = one.at
    if count.waits_since is not None:
        count.waited += max(until - count.waits_since, timedelta())
    return Toll(
        contacts=count.contacts,
        channels=len(count.channels),
        people=len(count.people),
        told_again=count.told_again,
        asked_again=count.asked_again,
        waited_seconds=round(count.waited.total_seconds()),
        answers=count.answers,
    )


def facts_in(text: str) -> set[str]:
    """The numbers and addresses somebody gave, written one way: six characters with four digits or stars at least."""
    words = _QUOTED.sub(" ", _LINK.sub(" ", fold(text)))
    found = {address for address in _ADDRESS.findall(words)}
    for number in _NUMBER.findall(_ADDRESS.sub(" ", words)):
        if sum(sign.isdigit() or sign == "*" for sign in number) >= 4 and not _DAY.fullmatch(number):
            found.add(number.replace("-", ""))
    return found


def topics_asked(text: str) -> set[str]:
    """What kinds of fact a colleague's words ask for: order, phone, address, serial, model, picture, name, invoice."""
    asking = [part for part in _SENTENCE.findall(_QUOTED.sub(" ", fold(text))) if _ASKS.search(part)]
    return {topic for topic, words in _TOPICS.items() if any(words.search(part) for part in asking)}


def _came(count: _Count, one: Said) -> None:
    is_new = count.last_at is None or one.channel != count.channel or one.at - count.last_at > PAUSE
    count.contacts += is_new or not count.contacts
    count.channel = one.channel
    count.channels.add(one.channel)
    count.told_again += _again(count.facts, sorted(facts_in(one.text) | one.files), count.contacts)
    if one.in_person:
        _answered(count, one)
    elif count.waits_since is None:
        count.waits_since = one.at


def _answered(count: _Count, one: Said) -> None:
    count.answers += 1
    if one.actor:
        count.people.add(one.actor)
    if count.waits_since is not None:
        count.waited += max(one.at - count.waits_since, timedelta())
        count.waits_since = None
    if not one.is_customer:
        count.asked_again += _again(count.topics, sorted(topics_asked(one.text)), count.contacts)


def _again(seen: dict[str, int], said: Sequence[str], contact: int) -> int:
    """How many of these came up in an earlier contact; within one a repeated word is no trouble of ours."""
    repeated = sum(seen.get(one, contact) < contact for one in said)
    seen.update(dict.fromkeys(said, contact))
    return repeated
