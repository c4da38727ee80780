"""Chinese addresses in the ways people write them, and what may be wrong with them."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import zhoudao.engines.review
from zhoudao.engines.review import Where

_FILE = Path(zhoudao.engines.review.__file__).parent / "divisions.txt"
_FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英"
_ROADS = (
    "中山北路",
    "人民路",
    "文三路",
    "解放大道",
    "建设南街",
    "南京西路",
    "北京东路",
    "科技园一路",
    "滨河巷",
    "学府街",
)
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def generated(rng: Random) -> Where:
    """Somebody somewhere, with nothing missing and nothing contradicting."""
    province, city, district = rng.choice(_places())
    name = rng.choice(_FAMILY) + "".join(rng.choices(_GIVEN, k=rng.choice((1, 2))))
    phone = rng.choice(("13", "15", "18")) + "".join(rng.choices("0123456789", k=9))
    street = f"{rng.choice(_ROADS)} {rng.randint(1, 999)} 号"
    street += rng.choice(
        ("", f" {rng.randint(1, 30)} 幢 {rng.randint(101, 3205)}", f"{rng.randint(1, 9)}单元{rng.randint(101, 999)}室")
    )
    where = Where(name, phone, province, city, district, street)
    return rng.choice((where, where, _short(where), _repeated(where), rewritten(where, rng)))


def stripped(where: Where, rng: Random) -> Where:
    """With one field left out."""
    where = replace(where, street=_bare(where))
    field = rng.choice(("name", "phone", "street", "city", "district", "province"))
    if field == "city" and where.city == where.province:
        field = "district"
    if field == "city":  # what lies below goes with it as often as not
        return replace(where, city="", district=rng.choice(("", where.district)))
    return replace(where, **{field: ""})


def contradicted(where: Where, rng: Random) -> Where:
    """With a province, city, district or street that belongs elsewhere."""
    where = replace(where, street=_bare(where))
    way = rng.randrange(3)
    while True:
        province, city, district = rng.choice(_places())
        if province[:2] == where.province[:2]:
            continue
        if way == 0 and city != province:
            return replace(where, province=province)
        if way == 1 and district not in _below(where):
            return replace(where, district=district)
        if way == 2:
            return replace(where, street=f"{province}{city if city != province else ''}{district}{where.street}")


def rewritten(where: Where, rng: Random) -> Where:
    """The same place in another way of writing."""
    street = where.street.replace(" ", "")
    return replace(where, street=rng.choice((street, street.translate(_WIDE), street.replace("号", "號"))))


def _short(where: Where) -> Where:
    province = where.province.removesuffix("省").removesuffix("市")
    return replace(where, province=province, city=where.city.removesuffix("市") or where.city)


def _repeated(where: Where) -> Where:
    return replace(where, street=f"{where.province}{where.city}{where.district}{where.street}")


def _bare(where: Where) -> str:
    return where.street.removeprefix(where.province).removeprefix(where.city).removeprefix(where.district)


@cache
def _places() -> list[tuple[str, str, str]]:
    found = []
    for line in _FILE.read_text("utf-8").splitlines():
        province, city, districts = line.split("\t")
        found += [(province, city, each) for each in districts.split() if each.endswith(("区", "县", "市", "旗"))]
    return found


def _below(where: Where) -> set[str]:
    """The districts of this city, by whatever its name is written."""
    return {each for _province, city, each in _places() if city[:2] == where.city[:2]}
