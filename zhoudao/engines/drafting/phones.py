"""Telephone numbers, written and spoken."""

import re
from collections.abc import Iterator

from zhoudao.engines.drafting.facts import Found, Span
from zhoudao.engines.drafting.folded import Folded
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import NotAPhone, normalise_phone

_SPOKEN = str.maketrans("零〇洞一幺妖二两三四五六七拐八九", "0001112234567789")
_DIGIT = r"[\d零〇洞一幺妖二两三四五六七拐八九]"
_RUN = re.compile(rf"(?<![\da-z])(?:\+|00)?{_DIGIT}(?:[ \-.,、()]{{0,2}}{_DIGIT}){{6,24}}(?![\da-z]|\*)")
_HIDDEN = re.compile(r"(?<!\d)\d{3}\*{4}\d{4}(?!\d)")
_GROUP = re.compile(rf"\+?{_DIGIT}+")
_SURE = re.compile(r"1[3-9]\d{9}|0\d{9,11}|400\d{7}|800\d{7}|(?:\+|00)[1-9]\d{6,14}|861[3-9]\d{9}")
_LABEL = re.compile(r"(?:电话|手机|号码|联系方式|打给我|打我|phone|mobile|number|call me|tel)[^\d]{0,8}$")
_NO_PHONE = re.compile(r"(?:单号?|编号|订单号?码?|order(?: no\.?| number)?|快递号?|身份证号?码?|货号|条码)[^\d]{0,6}$")
_CORRECTED = re.compile(r"不对|错了|说错|应该是|不是|改成|更正|sorry|actually|i mean|\bno\b")
_BACK = 16  # characters before a number that may say what it is


@frozen
class _One:
    start: int
    end: int
    value: str
    doubt: str
    is_named: bool


def phone_in(text: Folded) -> Found:
    """This will find the number to call and mark each as read: of several the corrected, the named, the first."""
    ones = list(_ones(text))
    for one in ones:
        text.take(one.start, one.end)
    values = list(dict.fromkeys(one.value for one in ones))
    chosen = _chosen(text, ones)
    if chosen is None:
        return Found()
    spans = tuple(text.span(one.start, one.end) for one in ones if one.value == chosen.value)
    is_corrected = len(values) > 1 and chosen is ones[-1] and _is_corrected(text, ones)
    others = tuple(value for value in values if value != chosen.value)
    doubts = (chosen.doubt,) if chosen.doubt else ("several",) if others and not is_corrected else ()
    sure = 0.3 if chosen.doubt else 0.6 if doubts else 0.8 if others else 0.97
    return Found(chosen.value, spans or (Span(0, 0),), sure, doubts, others)


def _ones(text: Folded) -> Iterator[_One]:
    place = 0
    while match := _RUN.search(text.text, place):
        hidden = _HIDDEN.search(text.text, place, match.start())
        if hidden:
            match = hidden
        one = _hidden(match) if hidden else _read(text.text, match)
        place = match.end()
        if one is not None:
            yield one
    yield from (_hidden(match) for match in _HIDDEN.finditer(text.text, place))


def _hidden(match: re.Match[str]) -> _One:
    return _One(match.start(), match.end(), match.group(), "hidden", is_named=True)


def _read(text: str, match: re.Match[str]) -> _One | None:
    """The longest row of groups that can be called; what is named a number and cannot: in doubt."""
    before = text[max(0, match.start() - _BACK) : match.start()]
    if _NO_PHONE.search(before):
        return None
    is_named = bool(_LABEL.search(before))
    groups = [(one.start(), one.end()) for one in _GROUP.finditer(text, match.start(), match.end())]
    for size in range(len(groups), 0, -1):
        for first in range(len(groups) - size + 1):
            start, end = groups[first][0], groups[first + size - 1][1]
            value = _digits(text[start:end])
            if _SURE.fullmatch(value) and _is_phone(value):
                return _One(start, end, value, "", is_named)
    if not is_named:
        return None
    return _One(match.start(), match.end(), _digits(match.group()), "phone_wrong", is_named)


def _digits(text: str) -> str:
    return re.sub(r"[^\d+]", "", text.translate(_SPOKEN))


def _is_phone(value: str) -> bool:
    try:
        normalise_phone(value)
    except NotAPhone:
        return False
    return True


def _chosen(text: Folded, ones: list[_One]) -> _One | None:
    if not ones:
        return None
    if _is_corrected(text, ones):
        return ones[-1]
    return min(ones, key=lambda one: (bool(one.doubt), not one.is_named, one.start))


def _is_corrected(text: Folded, ones: list[_One]) -> bool:
    """Between the last two different numbers somebody says that the first was wrong."""
    last = ones[-1]
    before = [one for one in ones if one.value != last.value]
    return bool(before) and not last.doubt and bool(_CORRECTED.search(text.text, before[-1].end, last.start))
