"""The demo company's service network: points in six cities, their engineers, and visits of two days."""

from datetime import date, datetime, timedelta
from random import Random

from zhoudao.ground.accounts.models import User
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.models import ACTIVE, Case, Kind
from zhoudao.rooms.fieldwork.commands.asking import Wanted, ask_for_visit
from zhoudao.rooms.fieldwork.commands.network import EngineerTerms, PointTerms, open_point, save_engineer
from zhoudao.rooms.fieldwork.models import Engineer, ServicePoint
from zhoudao.rooms.fieldwork.models import Kind as PointKind
from zhoudao.rooms.fieldwork.places import Place
from zhoudao.rooms.fieldwork.refusals import NobodyAble
from zhoudao.rooms.fieldwork.sealed import Told
from zhoudao.rooms.staff.commands import NewMember, put_to_work
from zhoudao.rooms.staff.models import Calendar, Member

_BY = By("system:demo")
_POINTS = (
    ("nanjing", "南京服务站", "南京服務站", "Nanjing", "江苏省", "南京市", (32.04, 118.78), PointKind.OWN),
    ("suzhou", "苏州服务站", "蘇州服務站", "Suzhou", "江苏省", "苏州市", (31.30, 120.62), PointKind.PARTNER),
    ("shanghai", "上海徐汇服务站", "上海徐匯服務站", "Shanghai", "上海市", "上海市", (31.19, 121.44), PointKind.OWN),
    ("hangzhou", "杭州服务站", "杭州服務站", "Hangzhou", "浙江省", "杭州市", (30.27, 120.15), PointKind.PARTNER),
    ("beijing", "北京朝阳服务站", "北京朝陽服務站", "Beijing", "北京市", "北京市", (39.93, 116.45), PointKind.OWN),
    (
        "guangzhou",
        "广州天河服务站",
        "廣州天河服務站",
        "Guangzhou",
        "广东省",
        "广州市",
        (23.13, 113.36),
        PointKind.PARTNER,
    ),
)
_SKILLS: tuple[tuple[list[str], list[str], dict[str, date]], ...] = (
    (["家具安装", "沙发", "洗碗机", "washer", "television"], [], {"燃气": date(2027, 12, 31)}),
    (["洗碗机", "油烟机", "washer", "cooling"], ["方太", "老板"], {"燃气": date(2027, 6, 30)}),
    (["家具安装", "沙发", "washer", "heating"], [], {}),
    (["洗碗机", "油烟机", "燃气灶", "appliance", "television"], ["方太"], {"燃气": date(2026, 1, 31)}),
)
_STREETS = ("中山路 18 号 602", "解放路 7 号 1 单元 301", "学府路 120 号 1503", "滨江大道 66 号 804")
_MOST = 10


def open_network(*, at: datetime) -> None:
    """This will open the points and have every engineer of the company work from one of them."""
    hours = Calendar.objects.get(code="office")
    points = []
    for code, hans, hant, english, province, city, lies, kind in _POINTS:
        names = {"zh-Hans": hans, "zh-Hant": hant, "en": english}
        terms = PointTerms(names, Place(province, city, *lies), hours.id, kind)
        points.append(open_point(code=code, terms=terms, by=_BY, at=at))
    people = User.objects.filter(grants__role="engineer").distinct().order_by("email")
    for number, user in enumerate(people):
        if not Member.objects.filter(user=user).exists():
            put_to_work(NewMember(user.pk, [], hours, capacity=0))
        skills, brands, certified = _SKILLS[number % len(_SKILLS)]
        point, far = points[number % len(points)], 60 + 10 * (number % 3)
        able = EngineerTerms(point.id, skills, brands, certified, radius_km=far)
        save_engineer(user_id=user.pk, terms=able, by=_BY, at=at)


def live(*, at: datetime) -> None:
    """This will plan visits for open after-sales cases, once."""
    engineers = list(Engineer.objects.select_related("point").order_by("pk"))
    rows = Case.objects.filter(kind=Kind.AFTER_SALES, status__in=ACTIVE).order_by("opened_at", "id")
    rng = Random(29)  # noqa: S311 – who is visited, no secret
    for number, case in enumerate(rows[:_MOST] if engineers else ()):
        point: ServicePoint = engineers[number % len(engineers)].point
        wanted = Wanted(
            "case",
            case.id,
            f"demo:{case.number}",
            case.store_id,
            _near(point, rng),
            Told(rng.choice(_STREETS), "王小姐", "+8613812340001"),
            skill=engineers[number % len(engineers)].skills[0],
            minutes=rng.choice([45, 60, 90]),
            not_before=at + timedelta(hours=1),
        )
        try:
            ask_for_visit(wanted, by=_BY, at=at)
        except NobodyAble:
            continue


def _near(point: ServicePoint, rng: Random) -> Place:
    latitude, longitude = (each + rng.uniform(-0.1, 0.1) for each in point.place)
    return Place(point.province, point.city, latitude, longitude)
