"""The country's provinces, cities and districts, and where an address says it lies."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from zhoudao.kit.text import fold

_HAN = re.compile(r"[\u3400-\u9fff]")
_NOT_A_PLACE = frozenset(["", "市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"])
_PEOPLES = (
    "壮族|回族|维吾尔|苗族|彝族|藏族|土家族|布依族|侗族|朝鲜族|白族|傣族|哈尼族|景颇族|傈僳族|羌族|蒙古族?"
    "|哈萨克|柯尔克孜"
)
_ONLY_TOWNS = frozenset(["东莞市", "中山市", "儋州市", "嘉峪关市", "三沙市"])  # what lies below them is no district
_OF_PROVINCE = re.compile("(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|省|市)$")
_OF_CITY = re.compile(rf"(?:特别行政区|(?:{_PEOPLES})+自治州|地区|盟|市|县)$")
_OF_PEOPLE = re.compile(rf"(?:{_PEOPLES})+(?=州$)")  # 大理白族自治州 is written 大理州
_OF_DISTRICT = re.compile(r"(?:特区|新区|林区|自治县|自治旗|街道|区|县|市|旗|镇|乡)$")


@dataclass(frozen=True)
class Told:
    """Where an address lies by its fields and its street; '' where neither says. `fault` is the first contradiction."""

    province: str = ""
    city: str = ""
    district: str = ""
    fault: str = ""
    street: str = ""  # what is left of the street behind the region that it repeats


@dataclass(frozen=True)
class Country:
    """Every name by how it is written, short and long."""

    provinces: dict[str, str]
    cities: dict[str, list[tuple[str, str]]]  # name → (province, city)
    districts: dict[str, list[tuple[str, str, str]]]  # name → (province, city, district)
    of_city: dict[tuple[str, str], frozenset[str]]  # the names districts of a city go by


def is_chinese(*fields: str) -> bool:
    """Whether an address is written in characters, and so can be judged here."""
    return any(_HAN.search(text) for text in fields)


def told(province: str, city: str, district: str, street: str) -> Told:
    """Where it lies, and whether its parts contradict each other.

    >>> told("江苏省", "南京市", "鼓楼区", "中山北路 88 号").fault, told("江苏", "杭州市", "西湖区", "文三路").fault
    ('', 'city_not_in_province')
    """
    country = the_country()
    said = [_tidy(text) for text in (province, city, district)]
    of_street, rest = _of_street(country, _tidy(street))
    given = Told(*said)
    fault = _fault(country, given, of_street)
    found = _filled(country, given, of_street)
    return Told(found.province, found.city, found.district, fault, rest)


def has_districts(province: str, city: str) -> bool:
    """Whether a city is divided further."""
    country = the_country()
    where = _city(country, _tidy(city), _province(country, _tidy(province)))
    return bool(where and where[1] not in _ONLY_TOWNS and country.of_city.get(where))


@cache
def the_country() -> Country:
    """Read once a process."""
    provinces: dict[str, str] = {}
    cities: dict[str, list[tuple[str, str]]] = {}
    districts: dict[str, list[tuple[str, str, str]]] = {}
    of_city: dict[tuple[str, str], frozenset[str]] = {}
    for line in fold((Path(__file__).parent / "divisions.txt").read_text("utf-8")).splitlines():
        province, city, below = line.split("\t")
        for name in (province, _OF_PROVINCE.sub("", province)):
            provinces[name] = province
        for name in {*_ways(city, _OF_CITY), *_ways(city.replace("自治州", "州"), _OF_PEOPLE)}:
            cities.setdefault(name, []).append((province, city))
        names = set()
        for district in below.split():
            for name in _ways(district, _OF_DISTRICT):
                names.add(name)
                districts.setdefault(name, []).append((province, city, district))
        of_city[province, city] = frozenset(names)
    return Country(provinces, cities, districts, of_city)


def _ways(name: str, ending: re.Pattern[str]) -> Iterator[str]:
    """As it is called, and without its ending where two characters remain."""
    yield name
    short = ending.sub("", name)
    if short != name and len(short) >= 2:
        yield short


def _tidy(text: str) -> str:
    plain = "".join(fold(text).split())
    return "" if plain in _NOT_A_PLACE else plain


def _province(country: Country, name: str) -> str:
    return country.provinces.get(name) or country.provinces.get(_OF_PROVINCE.sub("", name), "")


def _city(country: Country, name: str, province: str) -> tuple[str, str] | None:
    """The city of this name, in this province when one is given; a county-level city is its prefecture's."""
    found = country.cities.get(name, []) or country.cities.get(_OF_CITY.sub("", name), [])
    found = found or [(one[0], one[1]) for one in country.districts.get(name, []) if name.endswith(("市", "县"))]
    fitting = [one for one in found if not province or one[0] == province]
    return fitting[0] if fitting else None


def _fault(country: Country, given: Told, street: Told) -> str:
    """The first contradiction among the fields, then between them and the street."""
    province = _province(country, given.province)
    if given.province and not province:
        return "province_unknown"
    city = _city(country, given.city, province)
    if given.city and city is None:
        return "city_not_in_province" if _city(country, given.city, "") else "city_unknown"
    wrong = _of_district(country, given, province, city)
    return wrong or _against_street(country, given, province, city, street)


def _of_district(country: Country, given: Told, province: str, city: tuple[str, str] | None) -> str:
    name = given.district
    if not name or not (province or city):
        return ""
    if city is not None:
        names = country.of_city[city]
        is_own = name == given.city or _city(country, name, province) == city
        if not names or is_own or any(one.endswith(name) for one in names):  # 工业园区 is 苏州工业园区
            return ""
    elsewhere = country.districts.get(name, [])
    if city is None:
        return "" if any(one[0] == province for one in elsewhere) or not elsewhere else "district_not_in_city"
    return "district_not_in_city" if elsewhere else "district_unknown"


def _against_street(country: Country, given: Told, province: str, city: tuple[str, str] | None, street: Told) -> str:
    if street.province and province and street.province != province:
        return "street_elsewhere"
    if street.city and city and street.city != city[1]:
        return "street_elsewhere"
    if street.district and city and not (street.city or street.district in country.of_city[city]):
        return "street_elsewhere" if country.of_city[city] else ""
    is_other = street.district and given.district and street.district != given.district
    if is_other and _short(street.district) != _short(given.district) and given.district in country.districts:
        return "street_elsewhere"
    return ""


def _short(district: str) -> str:
    return _OF_DISTRICT.sub("", district) if len(district) > 2 else district


def _of_street(country: Country, street: str) -> tuple[Told, str]:
    """The region a street begins with, by whole names only: 南京路 and 上海路 are streets."""
    rest = street
    province, rest = _headed(rest, lambda head: country.provinces.get(head) == head)
    city, rest = _headed(rest, lambda head: any(head == one[1] for one in country.cities.get(head, [])))
    district = ""
    if province or city:
        district, rest = _headed(rest, lambda head: any(head == one[2] for one in country.districts.get(head, [])))
    if not province and city:
        owners = {one[0] for one in country.cities[city]}
        province = owners.pop() if len(owners) == 1 else ""
    if province and not city and district:
        owners = {one[1] for one in country.districts[district] if one[0] == province}
        city = owners.pop() if len(owners) == 1 else ""
    return Told(province, city, district), rest


def _headed(text: str, is_one: Callable[[str], bool]) -> tuple[str, str]:
    for size in range(min(15, len(text)), 1, -1):
        if is_one(text[:size]):
            return text[:size], text[size:]
    return "", text


def _filled(country: Country, given: Told, street: Told) -> Told:
    """What the fields do not say is told by the street, then by what lies above."""
    province = _province(country, given.province) or given.province or street.province
    named = given.city or street.city or given.district  # a county under no city is its own
    found = _city(country, named, _province(country, province))
    city = found[1] if found else given.city or street.city
    province = province or (found[0] if found else "")
    city = city or next((one[1] for one in country.cities.get(province, [])), "")  # a city that is its own province
    district = given.district or street.district
    if not city and district:
        owners = {(one[0], one[1]) for one in country.districts.get(district, []) if province in ("", one[0])}
        province, city = owners.pop() if len(owners) == 1 else (province, city)
    return Told(province, city, district or _county(given.city, city))


def _county(named: str, city: str) -> str:
    """A county-level city given as the city is the district too."""
    return named if named and named != city and _OF_CITY.sub("", city) != named else ""
