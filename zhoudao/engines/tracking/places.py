"""The country's provinces on a drawing: where each capital lies, and which province a carrier's words mean."""

from zhoudao.kit.frozen import frozen

WIDTH, HEIGHT = 640, 400
_WEST, _EAST, _NORTH, _SOUTH = 73.0, 136.0, 54.0, 17.0
# Capitals in degrees east and north; Taiwan, Hong Kong and Macau as what is sent there is.
CAPITALS: dict[str, tuple[str, float, float]] = {
    "北京": ("北京", 116.4, 39.9), "天津": ("天津", 117.2, 39.1), "河北": ("石家庄", 114.5, 38.0),
    "山西": ("太原", 112.5, 37.9), "内蒙古": ("呼和浩特", 111.7, 40.8), "辽宁": ("沈阳", 123.4, 41.8),
    "吉林": ("长春", 125.3, 43.8), "黑龙江": ("哈尔滨", 126.6, 45.8), "上海": ("上海", 121.5, 31.2),
    "江苏": ("南京", 118.8, 32.1), "浙江": ("杭州", 120.2, 30.3), "安徽": ("合肥", 117.3, 31.8),
    "福建": ("福州", 119.3, 26.1), "江西": ("南昌", 115.9, 28.7), "山东": ("济南", 117.0, 36.7),
    "河南": ("郑州", 113.6, 34.8), "湖北": ("武汉", 114.3, 30.6), "湖南": ("长沙", 113.0, 28.2),
    "广东": ("广州", 113.3, 23.1), "广西": ("南宁", 108.4, 22.8), "海南": ("海口", 110.3, 20.0),
    "重庆": ("重庆", 106.6, 29.6), "四川": ("成都", 104.1, 30.7), "贵州": ("贵阳", 106.7, 26.6),
    "云南": ("昆明", 102.7, 25.0), "西藏": ("拉萨", 91.1, 29.7), "陕西": ("西安", 108.9, 34.3),
    "甘肃": ("兰州", 103.8, 36.1), "青海": ("西宁", 101.8, 36.6), "宁夏": ("银川", 106.2, 38.5),
    "新疆": ("乌鲁木齐", 87.6, 43.8), "台湾": ("台北", 121.5, 25.0), "香港": ("香港", 114.2, 22.3),
    "澳门": ("澳门", 113.5, 22.2),
}  # fmt: skip
# Other cities that parcels pass, by their province.
HUBS = {
    "江苏": "苏州 无锡 昆山 常州 南通 徐州 扬州 盐城", "浙江": "宁波 温州 金华 义乌 嘉兴 绍兴 台州 湖州",
    "广东": "深圳 东莞 佛山 惠州 中山 珠海 汕头 揭阳", "福建": "厦门 泉州 漳州", "山东": "青岛 烟台 潍坊 临沂 淄博",
    "河北": "廊坊 保定 唐山", "辽宁": "大连", "河南": "洛阳 商丘 漯河", "安徽": "芜湖 蚌埠 阜阳", "江西": "赣州 九江",
    "湖北": "襄阳 宜昌 荆州", "湖南": "株洲 衡阳 岳阳", "四川": "绵阳 南充", "陕西": "咸阳", "广西": "柳州 桂林",
    "贵州": "遵义", "海南": "三亚", "内蒙古": "包头", "云南": "大理",
}  # fmt: skip


@frozen
class Spot:
    """A point of the drawing."""

    x: float
    y: float


def spot_of(province: str) -> Spot:
    """Where a province lies on the drawing."""
    _capital, east, north = CAPITALS[province]
    return spot_at(north, east)


def spot_at(north: float, east: float) -> Spot:
    """Where a point of the earth lies on the drawing, in degrees."""
    x = (east - _WEST) / (_EAST - _WEST) * WIDTH
    return Spot(round(x, 1), round((_NORTH - north) / (_NORTH - _SOUTH) * HEIGHT, 1))


def province_in(words: str) -> str:
    """The province that words of a carrier or an address name, by itself or by its capital; '' when none.

    >>> [province_in(words) for words in ("江苏南京市", "武汉转运中心", "苏州转运中心", "SP", "内蒙古自治区")]
    ['江苏', '湖北', '江苏', '', '内蒙古']
    """
    by_name = (name for name in CAPITALS if name in words)
    by_capital = (name for name, (capital, _east, _north) in CAPITALS.items() if capital in words)
    by_hub = (name for name, hubs in HUBS.items() if any(hub in words for hub in hubs.split()))
    return next(by_name, "") or next(by_capital, "") or next(by_hub, "")
