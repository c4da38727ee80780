"""Where it goes: an address among other words, and its parts."""

import re
from collections.abc import Container

from zhoudao.engines.drafting.facts import Found, Map
from zhoudao.engines.drafting.folded import Folded

_AT = re.compile(
    r"(?:地址|送货地址|收货地址|送到|寄到|发到|送去|寄去|发往|寄往|送货到|我住在?|家住|住在)(?:就?是|在|为|[: ,]){0,3}"
    r"|(?:address(?: is)?|deliver(?: it)? to|ship(?: it)? to|send(?: it)? to)[: ]+"
)
_STOP = re.compile(
    r"[。；;!?！？\n]|收件人|收货人|联系人|姓名|电话|手机|联系方式|我叫|我姓|谢谢|麻烦|备注|名字"
    r"|\bphone\b|\bmy name\b|\bthanks?\b|\bplease\b|(?<!\d)\.\s"
)
_STREET = re.compile(r"号|楼|室|层|弄|单元|栋|幢|座|路|街|道|巷|村|镇|乡|园|小区|大厦|广场|苑|城|公寓|花园|店")
_ADDRESS_TAIL = re.compile(r"(?:这里|那里|这边|就行|就可以|可以|吧|哈|啊|哦|的|了)+$")
_NOT_STREET = re.compile(r"^(?:路|街|大道|大街|东路|西路|南路|北路|中路|东街|西街)")


def address_in(text: Folded, country: Map) -> dict[str, Found]:
    """Province, city, district and street: the last address that a name of a place begins, or that was announced."""
    best: tuple[float, int, int] | None = None
    for start, weight in _beginnings(text, country):
        end = _ending(text, start)
        if end - start >= 3 and (best is None or weight >= best[0]):
            best = (weight, start, end)
    if best is None:
        return {}
    weight, start, end = best
    end = start + len(_ADDRESS_TAIL.sub("", text.text[start:end].rstrip(" ,、")))
    found = _settled(text, start, end, country, weight)
    text.take(start, end)
    return found


def _beginnings(text: Folded, country: Map) -> list[tuple[int, float]]:
    """Where an address may begin: said to be one (and then in a known place), or by the name of a place."""
    starts: list[tuple[int, float]] = []
    for match in _AT.finditer(text.text):
        place = match.end()
        if text.is_free(place, min(place + 2, len(text.text))):
            head = _headed(text.text, place, country)
            piece = text.text[place : _ending(text, place)]
            if head or _STREET.search(piece) or match.group()[:1].isascii():
                starts.append((place, 0.9 if head else 0.5))
    for match in re.finditer("[到往]", text.text):
        place = match.end()
        size = _headed(text.text, place, country) if text.is_free(place, min(place + 2, len(text.text))) else 0
        if size and _STREET.search(text.text, place + size, _ending(text, place)):
            starts.append((place, 0.8))
    for start, end in text.clauses():
        first = start + len(text.text[start:end]) - len(text.text[start:end].lstrip(" ,到在是送寄发往"))
        if (size := _headed(text.text, first, country)) and _STREET.search(
            text.text, first + size, _ending(text, first)
        ):
            starts.append((first, 0.8))
    return sorted(starts)


def _headed(text: str, place: int, country: Map) -> int:
    """How long the name of a place is with which a text goes on; 南京路 is a street."""
    for size in range(min(12, len(text) - place), 1, -1):
        head = text[place : place + size]
        if (head in country.provinces or head in country.cities) and not _NOT_STREET.match(
            text[place + size : place + size + 2]
        ):
            return size
        if (
            size > 2
            and head in country.districts
            and head[-1] in "区县市旗"
            and not _NOT_STREET.match(text[place + size :][:2])
        ):
            return size
    return 0


def _ending(text: Folded, start: int) -> int:
    """An address goes on as long as its pieces are of houses and streets."""
    stop = _STOP.search(text.text, start, start + 120)
    limit = stop.start() if stop else min(len(text.text), start + 120)
    taken = text.free.find(0, start, limit)
    limit = taken if taken >= 0 else limit
    end = start
    for piece in re.finditer(r"[^,、，]+(?:[,、，]|$)", text.text[start:limit]):
        words = piece.group().strip(" ,、，")
        is_first = piece.start() == 0
        if not is_first and not (
            _STREET.search(words) and re.search(r"[\d一二三四五六七八九十]|区|路|街|园|苑", words)
        ):
            break
        if not is_first and re.search(r"要|买|订|[台件箱盒瓶包把]", words):
            break
        end = start + piece.end()
    return max(start, start + len(text.text[start:end].rstrip(" ,、，")))


def _settled(text: Folded, start: int, end: int, country: Map, weight: float) -> dict[str, Found]:
    """The parts, as far as names of places tell them; what lies above them too. A contradiction is said."""
    place = start
    said: dict[str, tuple[str, int, int]] = {}
    known: dict[str, Container[str]] = {
        "province": country.provinces,
        "city": country.cities,
        "district": country.districts,
    }
    for level, names in known.items():
        while place < end and text.text[place] in " ,、，-":
            place += 1
        size = _name_at(text.text, place, end, names)
        if size:
            said[level] = (text.text[place : place + size], place, place + size)
            place += size
    province, city, district = (said[level][0] if level in said else "" for level in known)
    while place < end and text.text[place] in " ,、，-":
        place += 1
    region = country.settle(province, city, district, text.text[place:end])
    whole = (text.span(start, end),)
    doubts = (region.fault,) if region.fault else ()
    sure = 0.4 if region.fault else weight
    found: dict[str, Found] = {}
    for level in ("province", "city", "district"):
        value = getattr(region, level)
        spans = (text.span(*said[level][1:]),) if level in said else whole
        if value:
            found[level] = Found(value, spans, sure if level in said else sure - 0.1, doubts)
    if place < end:
        found["street"] = Found(text.written(place, end).strip(" ,，、"), (text.span(place, end),), sure, doubts)
    return found


def _name_at(text: str, place: int, end: int, names: Container[str]) -> int:
    """How long the longest name here is; 0: none, or a street is called so."""
    for size in range(min(15, end - place), 1, -1):
        if text[place : place + size] in names and not _NOT_STREET.match(text[place + size : place + size + 2]):
            return size
    return 0
