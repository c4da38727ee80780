"""A text as the learned parts see it: one form for every way to write the same, what stood between its letters gone."""

import re
import unicodedata
from typing import Final

from zhoudao.engines.language.grams import Folded
from zhoudao.kit.text import fold

LONGEST: Final = 1_200  # characters that are read: of a longer text its first thousand and its last two hundred
_TAIL: Final = 200
HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff"
_GAP: Final = r"[ .*·•_~\-|/\\+^#`'…=]"
# 退 款, 退.款, 退*款: nothing that stands alone between two Han characters says anything, sentence marks aside.
_BETWEEN_HAN: Final = re.compile(rf"(?<=[{HAN}]){_GAP}{{1,3}}(?=[{HAN}])")
_SPELT: Final = re.compile(r"(?<![a-z0])(?:[a-z][ .*_\-]){3,}[a-z](?![a-z0])")  # r e f u n d
_SAME_SOUND: Final = {
    "快弟": "快递", "快第": "快递", "块递": "快递", "发飘": "发票", "退宽": "退款", "退欵": "退款", "客符": "客服",
    "客付": "客服", "订丹": "订单", "定单": "订单", "地止": "地址", "运飞": "运费", "卷码": "券码", "优惠卷": "优惠券",
    "尽块": "尽快", "在那里": "在哪里", "退或": "退货", "换或": "换货", "补法": "补发", "没受到": "没收到",
    "物硫": "物流", "质良": "质量", "投拆": "投诉", "帐号": "账号", "帐户": "账户", "人功": "人工", "保休": "保修",
}  # fmt: skip


class _Folding(dict[str, str]):
    """Character by character, so that every piece of the opened text knows where it came from."""

    def __missing__(self, character: str) -> str:
        known = "" if unicodedata.category(character) in {"Cf", "Cc", "Cs", "Co"} else fold(character)
        kept = " " if character.isspace() else known
        if len(self) < 20_000:
            self[character] = kept
        return kept


_folding = _Folding()


def opened(text: str, *, keeps_digits: bool = False) -> Folded:
    """Width, case and script folded, runs of digits and of spaces one `0` and one space, letters set apart joined.

    >>> opened("我要退.款，單號 20261130").text
    '我要退款,单号 0'
    """
    parts: list[str] = []
    places: list[int] = []
    last, alike = "", " " if keeps_digits else "0 "
    for place, character in _read(text):
        for one in _folding[character]:
            kept = "0" if one.isdigit() and not keeps_digits else " " if one.isspace() else one
            if kept == last and kept in alike:
                continue
            parts.append(kept)
            places.append(place)
            last = kept
    return _sounded(_joined(Folded("".join(parts), tuple(places))))


def _read(text: str) -> list[tuple[int, str]]:
    if len(text) <= LONGEST:
        return list(enumerate(text))
    head, tail = LONGEST - _TAIL, len(text) - _TAIL
    return [*enumerate(text[:head]), (head, " "), *enumerate(text[tail:], tail)]


def _joined(read: Folded) -> Folded:
    gone: set[int] = set()
    for found in _BETWEEN_HAN.finditer(read.text):
        gone.update(range(*found.span()))
    for found in _SPELT.finditer(read.text):
        gone.update(range(found.start() + 1, found.end(), 2))
    if not gone:
        return read
    kept = [place for place in range(len(read.text)) if place not in gone]
    return Folded("".join([read.text[one] for one in kept]), tuple([read.places[one] for one in kept]))


def _sounded(read: Folded) -> Folded:
    """Words as they are meant that are often written by another character of the same sound, equally long."""
    text = read.text
    for written, meant in _SAME_SOUND.items():
        if written in text:
            text = text.replace(written, meant)
    return Folded(text, read.places)
