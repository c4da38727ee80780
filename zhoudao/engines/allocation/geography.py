"""Where addresses lie: the seats of the country's 34 provinces, and of its largest other cities.

Source: their coordinates as published (GeoNames, WGS 84), to a tenth of a degree or better: a distance between cities
is right to about ten kilometres, which is all that is asked of it.
"""

from math import asin, cos, radians, sin, sqrt

from zhoudao.kit.text import fold

Point = tuple[float, float]  # latitude, longitude
_EARTH_KM = 6371.0
_PROVINCES: dict[str, Point] = {
    "北京": (39.90, 116.41),
    "天津": (39.14, 117.18),
    "河北": (38.04, 114.51),
    "山西": (37.87, 112.55),
    "内蒙古": (40.84, 111.75),
    "辽宁": (41.80, 123.43),
    "吉林": (43.88, 125.32),
    "黑龙江": (45.75, 126.65),
    "上海": (31.23, 121.47),
    "江苏": (32.06, 118.80),
    "浙江": (30.27, 120.15),
    "安徽": (31.82, 117.23),
    "福建": (26.07, 119.30),
    "江西": (28.68, 115.86),
    "山东": (36.67, 117.00),
    "河南": (34.76, 113.65),
    "湖北": (30.59, 114.30),
    "湖南": (28.23, 112.94),
    "广东": (23.13, 113.26),
    "广西": (22.82, 108.32),
    "海南": (20.04, 110.32),
    "重庆": (29.56, 106.55),
    "四川": (30.57, 104.07),
    "贵州": (26.65, 106.63),
    "云南": (25.04, 102.71),
    "西藏": (29.65, 91.14),
    "陕西": (34.34, 108.94),
    "甘肃": (36.06, 103.83),
    "青海": (36.62, 101.78),
    "宁夏": (38.49, 106.23),
    "新疆": (43.83, 87.62),
    "香港": (22.32, 114.17),
    "澳门": (22.20, 113.55),
    "台湾": (25.03, 121.57),
}
_CITIES: dict[str, Point] = {
    "深圳": (22.54, 114.06),
    "东莞": (23.02, 113.75),
    "佛山": (23.02, 113.12),
    "珠海": (22.27, 113.58),
    "汕头": (23.35, 116.68),
    "湛江": (21.27, 110.36),
    "苏州": (31.30, 120.62),
    "昆山": (31.38, 120.98),
    "无锡": (31.57, 120.30),
    "常州": (31.78, 119.97),
    "南通": (31.98, 120.89),
    "徐州": (34.26, 117.19),
    "连云港": (34.60, 119.22),
    "宁波": (29.87, 121.55),
    "温州": (28.00, 120.67),
    "金华": (29.08, 119.65),
    "厦门": (24.48, 118.09),
    "泉州": (24.87, 118.68),
    "青岛": (36.07, 120.38),
    "烟台": (37.46, 121.45),
    "临沂": (35.10, 118.36),
    "大连": (38.91, 121.60),
    "唐山": (39.63, 118.18),
    "秦皇岛": (39.94, 119.59),
    "包头": (40.66, 109.84),
    "洛阳": (34.62, 112.45),
    "南阳": (33.00, 112.53),
    "襄阳": (32.01, 112.14),
    "宜昌": (30.70, 111.29),
    "赣州": (25.83, 114.93),
    "桂林": (25.27, 110.29),
    "柳州": (24.33, 109.42),
    "绵阳": (31.47, 104.68),
    "三亚": (18.25, 109.51),
    "喀什": (39.47, 75.99),
    "齐齐哈尔": (47.35, 123.92),
    "高雄": (22.62, 120.31),
}
_SHORTEST, _LONGEST = 2, 4  # characters of such a name


def point_of(province: str, city: str) -> Point | None:
    """Where a city lies, or the seat of its province; None where neither is known. Endings and scripts do not matter.

    >>> point_of("江苏省", "苏州市"), point_of("臺灣", "新竹市"), point_of("", "杭州市")
    ((31.3, 120.62), (25.03, 121.57), None)
    """
    return _named(_CITIES, city) or _named(_PROVINCES, province) or _named(_PROVINCES, city)


def kilometres(one: Point, other: Point) -> int:
    """The way of a bird. Source: haversine formula; the mean radius of the earth.

    >>> kilometres((31.23, 121.47), (39.90, 116.41))
    1067
    """
    (lat, lon), (lat2, lon2) = one, other
    half = (
        sin(radians(lat2 - lat) / 2) ** 2 + cos(radians(lat)) * cos(radians(lat2)) * sin(radians(lon2 - lon) / 2) ** 2
    )
    return round(2 * _EARTH_KM * asin(sqrt(half)))


def _named(known: dict[str, Point], text: str) -> Point | None:
    name = "".join(fold(text).split())
    return next((known[name[:n]] for n in range(_LONGEST, _SHORTEST - 1, -1) if name[:n] in known), None)
