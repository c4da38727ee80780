"""What the same person did before, and what they asked for in words."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from zhoudao.engines.review.facts import Bought, Finding, Known
from zhoudao.kit.text import fold

WINDOW = timedelta(hours=24)  # who orders the same again on another day means it
_HOUR = timedelta(hours=1)
_FEW = 3  # orders of a day are a household's; more are looked at
_NOT_SAID = re.compile(r"[^\w\u3400-\u9fff]|_")
_ASKED = (  # in this order: who wants the money back and another address wants the money back
    ("refund", r"退款|退钱|退货|不要了|不想要|别发|不用发|取消(?!电话)|拍错|拍多|refund|cancel"),
    (
        "address",
        r"改.{0,4}(?:地址|收货|电话|收件)|地址.{0,6}(?:改|换|错)|(?:寄|送|发)(?:到|往|去|给)|change.{0,12}address",
    ),
    ("goods", r"(?:换|改)(?:成|为|个)|颜色|尺码|尺寸|型号|(?:加|多|少)(?:一|两|1|2).?(?:个|件|套|把)|colou?r|size"),
    ("invoice", r"发票|抬头|税号|invoice"),
    ("timing", r"周末|工作日|上午|下午|晚上|[几\d]点|提前.{0,4}(?:电话|联系|打)|尽快|加急|急用|之前.{0,2}到|deliver"),
)


def duplicate(bought: Bought, known: Known) -> Iterator[Finding]:
    """The same or nearly the same goods to the same or nearly the same address within a day."""
    near = [
        (_alike(bought, one), one)
        for one in known.earlier
        if not one.is_over and one.key != bought.key and abs(bought.at - one.at) <= WINDOW
    ]
    if not near:
        return
    score, other = max(near, key=lambda each: (each[0], each[1].at))
    if score >= 0.5:
        minutes = round(abs(bought.at - other.at).total_seconds() / 60)
        is_same = goods_alike(bought, other) == 1.0
        evidence: dict[str, str | int | float | bool] = {
            "order": other.key,
            "minutes": minutes,
            "goods": round(goods_alike(bought, other), 2),
        }
        evidence["address"] = round(address_alike(bought, other), 2)
        yield Finding("duplicate", round(score, 2), "same" if is_same else "near", evidence)


def velocity(bought: Bought, known: Known) -> Iterator[Finding]:
    """More orders of one person in a day than a household places."""
    times = [bought.at - one.at for one in known.earlier if one.key != bought.key]
    day = 1 + sum(timedelta() <= ago <= WINDOW for ago in times)
    hour = 1 + sum(timedelta() <= ago <= _HOUR for ago in times)
    if day > _FEW:
        yield Finding("velocity", float(day), "hour" if hour > _FEW else "day", {"hour": hour, "day": day})


def remark(bought: Bought, known: Known) -> Iterator[Finding]:
    """Something the buyer wrote; its kind says what about."""
    kind = asked(bought.remark)
    if bought.remark.strip() and kind != "refund":
        yield Finding("remark", 1.0, kind, {"letters": len(bought.remark.strip())})


def refund_requested(bought: Bought, known: Known) -> Iterator[Finding]:
    """The money is asked back in the remark, or on its way back already."""
    if bought.payment in ("refunded", "partially_refunded"):
        yield Finding("refund_requested", 1.0, "paid_back")
    elif asked(bought.remark) == "refund":
        yield Finding("refund_requested", 1.0, "remark", {"letters": len(bought.remark.strip())})


def asked(words: str) -> str:
    """What a remark is about.

    >>> asked("周末送货，提前电话联系"), asked("不要了，请退款"), asked("谢谢")
    ('timing', 'refund', 'other')
    """
    plain = fold(words)
    return next((kind for kind, pattern in _ASKED if re.search(pattern, plain)), "other")


def goods_alike(one: Bought, other: Bought) -> float:
    """1 for the same goods, 0.9 for others of the same numbers, else the share of what they have in common."""
    mine, theirs = _counted(one), _counted(other)
    if mine == theirs:
        return 1.0
    if set(mine) == set(theirs):
        return 0.9
    common, either = mine & theirs, mine | theirs
    return sum(common.values()) / sum(either.values())


def address_alike(one: Bought, other: Bought) -> float:
    """The share of pairs of characters that both have (Dice), however they are spaced and written."""
    mine, theirs = _pairs(one), _pairs(other)
    if not mine and not theirs:
        return 1.0
    total = sum(mine.values()) + sum(theirs.values())
    return 2 * sum((mine & theirs).values()) / total


def _alike(one: Bought, other: Bought) -> float:
    """As goods are, where the address is no other: moved by more than a slip it is a gift to somebody else."""
    address = address_alike(one, other)
    return goods_alike(one, other) * (1.0 if address >= 0.8 else address)


def _counted(bought: Bought) -> Counter[str]:
    goods: Counter[str] = Counter()
    for piece in bought.pieces:
        goods[piece.sku] += piece.quantity
    return goods


def _pairs(bought: Bought) -> Counter[str]:
    where = bought.where
    text = _NOT_SAID.sub("", fold(where.city + where.district + where.street))
    return Counter(text[place : place + 2] for place in range(len(text) - 1))
