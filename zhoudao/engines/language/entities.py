"""What a message names: orders, parcels, devices by their serial, goods of a given list, personal data."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from zhoudao.kit.text import Kind as PersonalKind
from zhoudao.kit.text import fold, mask_personal

Thing = Literal["order", "parcel", "serial", "product"] | PersonalKind
_READ: Final = 5_000  # characters
_MOST: Final = 50
_PERSONAL: Final[frozenset[PersonalKind]] = frozenset({"phone", "id", "card", "email"})
_CODE: Final = r"[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){3,39}"
_SAID: Final = r"\s*(?:是|为|為|is|was|[:：#＃=（(])*\s*[:：#＃]?\s*"
_NUMBERED: Final = r"(?:\s?(?:no|nr|num|number|id|code)\b\.?)"
_LABELS: Final[dict[Literal["order", "parcel", "serial"], str]] = {
    "parcel": r"(?:[运運][单單]|快[递遞][单單]?|物流[单單]?|[货貨][运運]单|包裹)(?:[编編]?[号號]码?碼?|[编編][号號])?"
    rf"|\b(?:tracking|waybill|shipment|parcel){_NUMBERED}?|\b(?:awb)\b",
    "order": r"(?:[订訂][单單]|[单單])(?:[编編]?[号號][码碼]?|尾[号號])?|(?:购买|購買)[单單]?[号號]"
    rf"|\b(?:order|purchase){_NUMBERED}?(?!\w)",
    "serial": r"(?:序列|机身|機身|[设設][备備]|[产產]品|出[厂廠])[号號编編][码碼号號]?|\b(?:s/n|sn|imei)\b"
    rf"|\bserial{_NUMBERED}?(?!\w)",
}
_LABELLED: Final = {
    kind: re.compile(rf"(?:{label}){_SAID}(?P<code>{_CODE})(?![A-Za-z0-9])", re.IGNORECASE | re.ASCII)
    for kind, label in _LABELS.items()
}
_SHAPED: Final[tuple[tuple[Literal["order", "parcel"], re.Pattern[str]], ...]] = (
    ("order", re.compile(r"(?<![A-Za-z0-9-])[OR]\d{4}-\d{4,9}(?![\w-])", re.ASCII)),  # our own
    ("parcel", re.compile(
        r"(?<![A-Za-z0-9])(?:SF\d{12,15}|YT\d{13,15}|JD[A-Z]{0,2}\d{10,15}|JT\d{13}|ZTO\d{10,14}|STO\d{10,14}|EMS\d{10,13}"
        r"|1Z[0-9A-Z]{16}|[A-Z]{2}\d{9}[A-Z]{2})(?![A-Za-z0-9])", re.ASCII | re.IGNORECASE,
    )),
    ("order", re.compile(r"(?<![A-Za-z0-9+])\d{16,21}(?![A-Za-z0-9])", re.ASCII)),  # what the large marketplaces give
)  # fmt: skip
_WIDE: Final = str.maketrans("０１２３４５６７８９－＃", "0123456789-#")


@dataclass(frozen=True, slots=True)
class Entity:
    """`text[start:end]` of the message, of personal data starred; how sure it is that it is such a thing (0 to 1)."""

    kind: Thing
    text: str
    start: int
    end: int
    confidence: float


def entities(text: str, goods: Mapping[str, str] | None = None) -> tuple[Entity, ...]:
    """This will find what a message names, in the order it does; `goods` maps folded names (see `names_of`) to codes.

    >>> [(one.kind, one.text) for one in entities("订单号 O2026-000123，电话 13812348000")]
    [('order', 'O2026-000123'), ('phone', '138****8000')]
    """
    read = text[:_READ]
    narrow = read.translate(_WIDE)
    masked, personal = mask_personal(read, _PERSONAL)
    found = [Entity(one.kind, masked[one.start : one.end], one.start, one.end, 0.97) for one in personal]
    for kind, pattern in _LABELLED.items():
        for match in pattern.finditer(narrow):
            code = match["code"]
            if sum(map(str.isdigit, code)) * 2 >= len(code) or (kind == "serial" and any(map(str.isdigit, code))):
                found += _new(found, kind, read, match.span("code"), 0.95)
    for kind, pattern in _SHAPED:
        for match in pattern.finditer(narrow):
            found += _new(found, kind, read, match.span(), 0.85)
    if goods:
        found += _goods(read, goods, found)
    return tuple(sorted(found, key=lambda one: (one.start, one.end))[:_MOST])


def _new(found: list[Entity], kind: Thing, text: str, span: tuple[int, int], sure: float) -> list[Entity]:
    start, end = span
    is_taken = any(one.start < end and start < one.end for one in found)
    return [] if is_taken else [Entity(kind, text[start:end], start, end, sure)]


def names_of(goods: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Names of goods, folded, each with its code; names of one letter name nothing."""
    folded = ((fold(name).strip(), code) for code, name in goods)
    return {name: code for name, code in folded if len(name) > 1}


def _goods(text: str, goods: Mapping[str, str], found: list[Entity]) -> list[Entity]:
    """The longest names first; what folds to another length is looked for as it stands."""
    folded = fold(text)
    if len(folded) != len(text):
        folded = text.casefold()
        if len(folded) != len(text):
            return []
    named: list[Entity] = []
    for name in sorted((one for one in goods if one in folded), key=len, reverse=True):
        for match in re.finditer(re.escape(name), folded):
            named += _new([*found, *named], "product", text, match.span(), 0.9)
    return named
