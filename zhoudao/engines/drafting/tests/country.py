"""A small country and a small shop: enough to read calls by, told by nobody else's engine."""

from dataclasses import dataclass

from zhoudao.engines.drafting import Article
from zhoudao.engines.drafting.facts import Map

DISTRICTS = [
    ("江苏省", "南京市", "鼓楼区"),
    ("江苏省", "苏州市", "姑苏区"),
    ("浙江省", "杭州市", "西湖区"),
    ("广东省", "深圳市", "南山区"),
    ("上海市", "上海市", "徐汇区"),
    ("四川省", "成都市", "武侯区"),
]
ARTICLES = [
    Article("CH-1", ("北欧餐椅", "Nordic dining chair")),
    Article("LP-7", ("护眼台灯", "Eye-care desk lamp")),
    Article("LP-8", ("落地台灯", "Floor lamp")),
    Article("CF-20", ("全自动咖啡机", "Automatic coffee machine")),
    Article("CF-21", ("胶囊咖啡机", "Capsule coffee machine")),
    Article("WM-910", ("滚筒洗衣机 10公斤", "Washing machine 10 kg")),
    Article("TS-RED-M", ("纯棉T恤 红色 M码", "Cotton T-shirt red M")),
    Article("TS-BLU-M", ("纯棉T恤 蓝色 M码", "Cotton T-shirt blue M")),
    Article("MK-1", ("餐椅坐垫", "Chair cushion")),
    Article("OIL-5", ("花生油 5L", "Peanut oil 5L")),
    Article("TEA-2", ("龙井茶礼盒", "Longjing tea gift box")),
    Article("SH-42", ("越野跑鞋 42码", "Trail running shoes 42")),
    Article("BD-3", ("四件套 纯棉", "Cotton bedding set")),
    Article("KT-88", ("不锈钢电热水壶", "Steel kettle")),
]


@dataclass(frozen=True)
class Place:
    """Where an address lies."""

    province: str
    city: str
    district: str
    fault: str
    street: str


def settle(province: str, city: str, district: str, street: str) -> Place:
    """By the lowest part that was said; parts of which no row has all contradict each other."""
    fitting = [
        one
        for one in DISTRICTS
        if all(not said or full.startswith(said) for said, full in zip((province, city, district), one, strict=True))
    ]
    if not fitting or not (province or city or district):
        fault = "city_not_in_province" if province and city and not fitting else ""
        return Place(province, city, district, fault, street)
    own = fitting[0]
    return Place(own[0], own[1], own[2] if district else "", "", street)


COUNTRY = Map(
    provinces={name: one[0] for one in DISTRICTS for name in (one[0], one[0][:-1])},
    cities={name: [one[:2]] for one in DISTRICTS for name in (one[1], one[1][:-1])},
    districts={name: [one] for one in DISTRICTS for name in (one[2], one[2][:-1])},
    settle=settle,
)
