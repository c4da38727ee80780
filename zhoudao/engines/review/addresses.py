"""What an address lacks, and where it contradicts itself."""

import re
from collections.abc import Iterator

from zhoudao.engines.review.divisions import Told, has_districts, is_chinese, told
from zhoudao.engines.review.facts import Bought, Evidence, Finding, Known, Where
from zhoudao.kit.text import NotAPhone, normalise_phone

_FEWEST = 3  # characters of a street that somebody can find
_TOLD = 0.5  # what lies below tells what is missing
_WORDS = re.compile(r"[\w\u3400-\u9fff]")


def incomplete(bought: Bought, known: Known) -> Iterator[Finding]:
    """What a carrier needs and nobody wrote, neither in its field nor in the street."""
    where = bought.where
    region = told(where.province, where.city, where.district, where.street)
    missing, told_below = list(_missing(where, region)), list(_told_below(where, region))
    if missing or told_below:
        codes = [*missing, *told_below]
        evidence: Evidence = {"missing": ",".join(codes), "fields": len(codes)}
        yield Finding("incomplete", 1.0 if missing else _TOLD, codes[0], evidence)


def undeliverable(bought: Bought, known: Known) -> Iterator[Finding]:
    """A province, city, district or street that cannot all be true."""
    where = bought.where
    if not is_chinese(where.province, where.city, where.district):
        return
    fault = told(where.province, where.city, where.district, where.street).fault
    if fault:
        yield Finding("undeliverable", 0.5 if fault == "district_unknown" else 1.0, fault)


def _missing(where: Where, region: Told) -> Iterator[str]:
    if not where.name.strip():
        yield "name"
    if not where.phone.strip():
        yield "phone"
    elif not _is_phone(where.phone):
        yield "phone_wrong"
    chinese = is_chinese(where.province, where.city, where.district, where.street)
    if len(_WORDS.findall(region.street if chinese else where.street)) < (_FEWEST if chinese else 1):
        yield "street"
    if not region.city:
        yield "city"
    elif chinese and not region.district and has_districts(region.province, region.city):
        yield "district"


def _told_below(where: Where, region: Told) -> Iterator[str]:
    """What is written nowhere, yet told by what lies below it."""
    if not is_chinese(where.province, where.city, where.district, where.street) or not region.city:
        return
    street = told("", "", "", where.street)
    if not (where.province.strip() or street.province):
        yield "province"
    if not (where.city.strip() or street.city or region.city == region.province):
        yield "city"


def _is_phone(text: str) -> bool:
    try:
        normalise_phone(text)
    except NotAPhone:
        return False
    return True
