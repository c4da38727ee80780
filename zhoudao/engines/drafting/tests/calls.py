"""Calls made up by chance, each with the order it means: ways to say goods, numbers, people, places."""

from dataclasses import dataclass
from random import Random

from zhoudao.engines.drafting.tests.country import ARTICLES, DISTRICTS

_HAN = "零一二三四五六七八九"
_MEASURE = {
    "CH-1": "把", "LP-7": "盏", "LP-8": "盏", "CF-20": "台", "CF-21": "台", "WM-910": "台", "TS-RED-M": "件",
    "TS-BLU-M": "件", "MK-1": "个", "OIL-5": "桶", "TEA-2": "盒", "SH-42": "双", "BD-3": "套", "KT-88": "个",
}  # fmt: skip
_BEFORE = ("{n}{m}{g}", "要{n}{m}{g}", "来{n}{m}{g}", "给我{n}{m}{g}", "{n}{m}那个{g}", "订{n}{m}{g}")
_AFTER = ("{g}{n}{m}", "{g}要{n}{m}", "{g}，{n}{m}", "{g}来{n}{m}", "{g} {n} {m}", "{g}我想要{n}{m}")
_CORRECTED = (
    "{g}{w}{m}，不对，是{n}{m}",
    "{g}要{w}{m}，说错了，{n}{m}",
    "{w}{m}{g}，不是{w}{m}，是{n}{m}",
    "{g}{w}{m}，改成{n}{m}",
)
_LINKS = ("，", "。", "，另外", "，还有", "；再加上", "，然后")
_HELLO = ("", "你好，", "喂你好，我想下个单，", "您好我是老客户，", "我要订点东西。", "麻烦你帮我下个单：")
_PHONE = ("电话{p}", "我的手机号是{p}", "手机 {p}", "号码{p}", "打{p}找我")
_NAME = ("我叫{w}", "收件人{w}", "收货人是{w}", "名字写{w}", "联系人：{w}")
_PEOPLE = ("王小明", "李雷", "陈晓燕", "张伟", "赵敏", "刘洋", "孙丽华", "周杰")
_ADDRESS = ("送到{a}", "地址是{a}", "寄到{a}", "收货地址：{a}", "发到{a}", "地址{a}")
_STREETS = ("中山北路{n}号", "人民路{n}号3单元502室", "文三路{n}号2幢1001", "科苑路{n}号科兴科学园A座", "建设大街{n}号")
_DIGIT_WORDS = "零幺二三四五六七八九"


@dataclass(frozen=True)
class Call:
    """What was said, and the order it means."""

    text: str
    goods: dict[str, int]
    phone: str
    name: str
    city: str
    house: str


def made_up(rng: Random) -> Call:
    """A call of one to four articles."""
    goods: dict[str, int] = {}
    said = []
    for article in rng.sample(ARTICLES, rng.choice((1, 1, 2, 2, 3, 4))):
        if any(one[:3] == article.sku[:3] for one in goods):
            continue  # two colours of one shirt in one breath are for a person
        goods[article.sku] = rng.choice((1, 2, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 24, 36, 50, 100, 105, 120, 1_200))
        said.append(_goods(rng, article.sku, article.names[0], goods[article.sku]))
    text = rng.choice(_HELLO)
    for turn, one in enumerate(said):
        text += (rng.choice(_LINKS) if turn else "") + one
    number = rng.choice(("138", "139", "186", "177", "150")) + f"{rng.randrange(10**8):08}"
    name, place = rng.choice(_PEOPLE), rng.choice(DISTRICTS)
    house = rng.choice(_STREETS).format(n=rng.randrange(1, 300))
    rest = [
        rng.choice(_PHONE).format(p=_phone(rng, number)),
        rng.choice(_NAME).format(w=name),
        rng.choice(_ADDRESS).format(a=_address(rng, place, house)),
    ]
    rng.shuffle(rest)
    text += "。" + rng.choice(("，", "。")).join(rest) + rng.choice(("", "。", "，谢谢", "。麻烦周末送"))
    return Call(_wide(rng, text), goods, number, name, place[1], house)


def chinese(number: int) -> str:
    """A number below 10,000 as it is said.

    >>> [chinese(one) for one in (3, 12, 20, 105, 120, 1200)]
    ['三', '十二', '二十', '一百零五', '一百二十', '一千二百']
    """
    if number < 10:
        return _HAN[number]
    parts, is_gap = "", False
    for size, word in ((1_000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // size % 10
        if digit:
            parts += ("零" if is_gap else "") + _HAN[digit] + word
        is_gap = bool(parts) and not digit and number % size > 0
    return parts.removeprefix("一") if 10 <= number < 20 else parts


def _goods(rng: Random, sku: str, name: str, count: int) -> str:
    shapes = (*_BEFORE, *_AFTER, *(_CORRECTED if rng.random() < 0.4 else ()))
    shape: str = rng.choice(shapes)
    wrong = count + rng.choice((1, 2, 3))
    filled = {"m": _MEASURE[sku], "n": _number(rng, count), "w": _number(rng, wrong), "g": _said(rng, sku, name)}
    return shape.format(**filled)


def _said(rng: Random, sku: str, name: str) -> str:
    """In full, without spaces, or by its number."""
    turn = rng.random()
    return f"{sku} " if turn < 0.08 and len(sku) > 4 else name.replace(" ", "") if turn < 0.5 else name


def _number(rng: Random, count: int) -> str:
    if rng.random() < 0.35:
        return str(count)
    return "两" if count == 2 else chinese(count)


def _phone(rng: Random, number: str) -> str:
    parts = [number[:3], number[3:7], number[7:]]
    turn = rng.random()
    if turn < 0.4:
        return number
    if turn < 0.7:
        return rng.choice((" ", "-")).join(parts)
    words = ["".join(_DIGIT_WORDS[int(digit)] for digit in part) for part in parts]
    return rng.choice((" ", "，", "")).join(words)


def _address(rng: Random, place: tuple[str, str, str], house: str) -> str:
    turn = rng.random()
    if turn < 0.5:
        return "".join(dict.fromkeys(place)) + house
    if turn < 0.75:
        return place[1] + place[2] + house
    return place[1].removesuffix("市") + place[2] + house


def _wide(rng: Random, text: str) -> str:
    if rng.random() > 0.15:
        return text
    return text.translate({code: code + 0xFEE0 for code in range(ord("0"), ord("9") + 1)})
