"""How many: digits, Chinese numerals and English words, with the measure word they stand before."""

import re
from collections.abc import Iterator

from zhoudao.engines.drafting.facts import MOST_PIECES
from zhoudao.kit.frozen import frozen

_ONES = {
    **{one: place for place, one in enumerate("零一二三四五六七八九")},
    **{one: place for place, one in enumerate("零壹贰叁肆伍陆柒捌玖")},
    **{"〇": 0, "两": 2, "俩": 2, "仨": 3, "幺": 1},
}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1_000, "仟": 1_000}
_TO_TEN = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WORDS = {
    **{word: number for number, word in enumerate(_TO_TEN, 1)},
    **{"eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50, "a hundred": 100},
    **{"half a dozen": 6, "a dozen": 12, "a couple of": 2, "a": 1, "an": 1},
}
_HAN = "零〇一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟"
_NUMBER = (
    rf"(?<![\d.第])(?<!\d,)(?:-?\d{{1,3}}(?:,\d{{3}})+|-?\d{{1,12}}(?:\.\d{{1,6}})?)"
    rf"|(?<!第)[{_HAN}]{{1,12}}|[俩仨]"
)
_MEASURES = "台个件箱双条盒瓶包袋套把张盏只支本部床卷桶罐副组辆架根片顶份棵块打对"
_ENGLISH = r"(?:pcs|pieces?|sets?|pairs?|boxes|box|bottles?|bags?|units?|x|packs?|dozens?)\b"
_PATTERN = re.compile(
    rf"(?P<vague>(?:好?几|若干|多少|十几|几十)(?P<vague_unit>[{_MEASURES}]))"
    rf"|(?P<half>半)(?P<half_unit>[{_MEASURES}])"
    rf"|(?<![\w.+*])x ?(?P<times>\d{{1,9}})(?![\w.])"
    rf"|(?P<number>{_NUMBER})(?P<more>[多来余]?)"
    rf"(?: ?大?小?(?P<unit>[{_MEASURES}])| ?(?P<english>{_ENGLISH}))?"
    rf"|(?<!\w)(?P<word>{'|'.join(sorted(_WORDS, key=len, reverse=True))})(?: (?P<word_unit>{_ENGLISH}))?(?!\w)"
)
# What a number counts that is no goods: houses, money, time, size, people.
_OTHERS = re.compile(
    r" ?(?:号|楼|室|层|弄|单元|栋|幢|路|街|元|钱|点|天|月|日|年|岁|%|米|公|斤|升|寸|瓦|折|次|遍|分|秒|小时|周|星期|礼拜"
    r"|位|期|人|工作日|地址|电话|问题|订单|事|年级|cm|mm|kg|ml|[mlgw]\b|inch|hours?\b|days?\b|weeks?\b|minutes?\b|th\b|st\b|nd\b"
    r"|o'clock|am\b|pm\b)"
)
_AFTER_MEASURE = re.compile(r"(?:月|小时|人|星期|礼拜|工作日|地址|电话|问题|订单|事|钟|朋友|时间|钱|儿子|女儿|孩子)")


@frozen
class Quantity:
    """How many were said at `start:end` of the folded text; `value` is None where it is no whole number that can be
    ordered, and `doubt` says why: vague, outside. `is_counted`: a measure word stands behind it.
    """

    start: int
    end: int
    value: int | None
    doubt: str
    is_counted: bool
    text: str


def quantities(text: str, start: int, end: int) -> Iterator[Quantity]:
    """Every number in a piece of a folded text that may say how many."""
    for match in _PATTERN.finditer(text, start, end):
        found = _quantity(match, is_asked=match.end() == end and text[max(start, match.start() - 1)] in "来要")
        if found is not None and not _counts_else(text, match, end):
            yield found


def number_of(text: str) -> int | None:
    """What a numeral says; None: nothing whole, or more than one thing.

    >>> [number_of(one) for one in ("两", "十二", "一百零五", "一百五", "两万", "三四", "1,200", "0.5", "二零")]
    [2, 12, 105, 150, 20000, None, 1200, None, None]
    """
    plain = text.replace(",", "")
    if plain.lstrip("-").isascii():
        return int(plain) if re.fullmatch(r"-?\d{1,12}", plain) else None
    return _han(plain)


def _quantity(match: re.Match[str], *, is_asked: bool) -> Quantity | None:
    """None: it is no number of goods. `is_asked`: a clause ends with it behind a verb (水壶来三)."""
    said = match.group()
    if match["vague"]:
        return _made(match, None, "vague", is_counted=True)
    if match["half"]:
        is_dozen = match["half_unit"] == "打"
        return _made(match, 6 if is_dozen else None, "" if is_dozen else "vague", is_counted=True)
    if match["times"]:
        return _made(match, int(match["times"]), "", is_counted=True)
    if match["word"]:
        dozens = "dozen" in (match["word_unit"] or "")
        return _made(match, _WORDS[match["word"]] * (12 if dozens else 1), "", is_counted=bool(match["word_unit"]))
    unit = match["unit"] or match["english"]
    value = number_of(match["number"])
    if not (unit or is_asked or said.lstrip("-")[0].isdigit() or said[0] in "俩仨"):
        return None  # 一下, 十分, 万一
    if value is not None and unit in ("打", "dozen", "dozens"):
        value *= 12
    is_vague = value is None or bool(match["more"]) or unit == "对"
    return _made(match, value, "vague" if is_vague else "", is_counted=bool(unit) or is_asked or said[0] in "俩仨")


def _made(match: re.Match[str], value: int | None, doubt: str, *, is_counted: bool) -> Quantity:
    if not doubt and value is not None and not 1 <= value <= MOST_PIECES:
        doubt = "outside"
    return Quantity(match.start(), match.end(), None if doubt else value, doubt, is_counted, match.group())


def _counts_else(text: str, match: re.Match[str], end: int) -> bool:
    unit = match["unit"] or match["vague_unit"] or match["half_unit"]
    pattern = _AFTER_MEASURE if unit else _OTHERS
    if match["english"] or match["word_unit"] or match["times"]:
        return False
    return bool(pattern.match(text, match.end(), min(end, match.end() + 10)))


def _han(text: str) -> int | None:
    if len(text) == 1 and text in _ONES:
        return _ONES[text]
    head, wan, tail = text.partition("万")
    if wan:
        left, right = _below(head), _below(tail.lstrip("零〇")) if tail else 0
        if left is None or right is None:
            return None
        is_short = len(tail) == 1 and right < 10  # 一万二
        return left * 10_000 + right * (1_000 if is_short else 1)
    return _below(text)


def _below(text: str) -> int | None:
    """Below ten thousand; digits one behind another are no number (三四个, a telephone number)."""
    total, digit, last, was_zero = 0, None, 10_000, False
    for one in text:
        if one in _TENS:
            size = _TENS[one]
            if size >= last or (digit is None and size != 10):
                return None
            total, digit, last, was_zero = total + (1 if digit is None else digit) * size, None, size, False
        elif one in "零〇":
            was_zero = True
        elif digit is not None or one not in _ONES:
            return None
        else:
            digit = _ONES[one]
    if digit is None:
        return total if total and not was_zero else None
    return total + digit * (last // 10 if 10 < last < 10_000 and not was_zero else 1)
