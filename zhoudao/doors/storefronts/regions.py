"""Provinces as shop systems write them, and as addresses do.

Sources: ISO 3166-2:CN (Shopify keeps the older YZ for Tibet); `i18n/states.php` of WooCommerce, which numbers them.
"""

_ISO = [
    "YN",
    "BJ",
    "TJ",
    "HE",
    "SX",
    "NM",
    "LN",
    "JL",
    "HL",
    "SH",
    "JS",
    "ZJ",
    "AH",
    "FJ",
    "JX",
    "SD",
    "HA",
    "HB",
    "HN",
    "GD",
    "GX",
    "HI",
    "CQ",
    "SC",
    "GZ",
    "SN",
    "GS",
    "QH",
    "NX",
    "MO",
    "XZ",
    "XJ",
]  # in the order of WooCommerce's numbers
_NAMES = [
    "云南省",
    "北京市",
    "天津市",
    "河北省",
    "山西省",
    "内蒙古自治区",
    "辽宁省",
    "吉林省",
    "黑龙江省",
    "上海市",
    "江苏省",
    "浙江省",
    "安徽省",
    "福建省",
    "江西省",
    "山东省",
    "河南省",
    "湖北省",
    "湖南省",
    "广东省",
    "广西壮族自治区",
    "海南省",
    "重庆市",
    "四川省",
    "贵州省",
    "陕西省",
    "甘肃省",
    "青海省",
    "宁夏回族自治区",
    "澳门特别行政区",
    "西藏自治区",
    "新疆维吾尔自治区",
]
_BY_ISO = dict(zip(_ISO, _NAMES, strict=True)) | {"YZ": "西藏自治区"}
_BY_NUMBER = {f"CN{place + 1}": name for place, name in enumerate(_NAMES)}


def province_of(code: str, name: str, country: str) -> str:
    """A province of China by its code, else as it was written.

    >>> province_of("JS", "Jiangsu", "CN"), province_of("CN2", "", "CN"), province_of("CA", "California", "US")
    ('江苏省', '北京市', 'California')
    """
    if country.upper() not in ("CN", ""):
        return name or code
    wanted = code.upper()
    return _BY_ISO.get(wanted.removeprefix("CN-")) or _BY_NUMBER.get(wanted) or name or code
