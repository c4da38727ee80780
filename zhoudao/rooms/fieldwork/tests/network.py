"""A network of two service points and three engineers. Others take fixtures from here."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from zhoudao.engines.worktime import Calendar as Hours
from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.accounts.models import Grant, Store, User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.fieldwork.commands.asking import Wanted, ask_for_visit
from zhoudao.rooms.fieldwork.commands.network import EngineerTerms, PointTerms, open_point, save_engineer
from zhoudao.rooms.fieldwork.models import Engineer, ServicePoint, Visit
from zhoudao.rooms.fieldwork.places import Place
from zhoudao.rooms.fieldwork.queries.slots import Slots, slots_for
from zhoudao.rooms.fieldwork.sealed import Told
from zhoudao.rooms.staff.commands import NewMember, put_to_work, save_calendar
from zhoudao.rooms.staff.models import Calendar

TUESDAY, WEDNESDAY = date(2026, 3, 10), date(2026, 3, 11)
US, CUSTOMER = By("user:clerk"), By("customer:link")
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat")
_HOURS = {day: [("08:00", "12:00"), ("13:00", "18:00")] for day in _WEEK}
XUJIAHUI, PUDONG, SUZHOU = (31.19, 121.44), (31.22, 121.54), (31.30, 120.62)
_PEOPLE: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (
        "gao",
        "高远",
        "shanghai",
        {"skills": ["washer", "fridge"], "certified": {"gas": date(2026, 12, 31)}, "visits_a_day": 4},
    ),
    ("he", "何平", "shanghai", {"skills": ["washer"], "brands": ["haibo"], "latitude": 31.22, "longitude": 121.54}),
    ("lin", "林涛", "suzhou", {"skills": ["washer", "heater"], "certified": {"gas": date(2026, 3, 10)}}),
)


@dataclass
class Network:
    """Gao and He in Shanghai, Lin in Suzhou, at work from 8 to 12 and 13 to 18, Monday to Saturday."""

    shop: Shop
    calendar: Calendar
    points: dict[str, ServicePoint] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    engineers: dict[str, Engineer] = field(default_factory=dict)
    keys: "count[int]" = field(default_factory=count)

    @property
    def now(self) -> datetime:
        return self.shop.now

    def viewer(self, name: str) -> Viewer:
        return viewers.of_user(self.people[name]) if name in self.people else self.shop.viewer(name)

    def wanted(self, place: tuple[float, float] = XUJIAHUI, **more: Any) -> Wanted:
        """A washer in Shanghai, an hour, from tomorrow on."""
        plain: dict[str, Any] = {
            "subject_type": "repair",
            "subject_id": uuid4(),
            "key": f"wish-{next(self.keys)}",
            "store_id": self.shop.cast.stores["web"].id,
            "place": Place("上海市", "上海市", *place),
            "told": Told("漕溪北路 88 号 1203", "王小姐", "+8613812348000"),
            "skill": "washer",
            "not_before": moment("08:00"),
        }
        return Wanted(**plain | more)

    def asks(self, place: tuple[float, float] = XUJIAHUI, **more: Any) -> Visit:
        return ask_for_visit(self.wanted(place, **more), by=US, at=self.now)

    def slots(self, wanted: Wanted | Visit) -> Slots:
        return slots_for(wanted, at=self.now)

    def id_of(self, name: str) -> UUID:
        return self.people[name].pk

    def who(self, visit: Visit) -> str:
        return next(name for name, user in self.people.items() if user.pk == visit.engineer_id)

    def saves(self, name: str, **changed: Any) -> Engineer:
        """Other terms for an engineer."""
        point, terms = next((point, terms) for one, _full, point, terms in _PEOPLE if one == name)
        new = EngineerTerms(point_id=self.points[point].id, **terms | changed)
        self.engineers[name] = save_engineer(user_id=self.id_of(name), terms=new, by=US, at=self.now)
        return self.engineers[name]


def plain_visit(store: Store, told: Told, *, customer_id: UUID | None = None, at: datetime) -> Visit:
    """One visit tomorrow, by an engineer of its own."""
    content = Hours.weekly("Asia/Shanghai", _HOURS).to_json()
    hours = save_calendar(code="fieldwork", names={"en": "Visits"}, content=content)
    user = User.objects.create_user(email=f"{uuid4().hex}@example.com", password="x" * 14, name="高远")
    member = put_to_work(NewMember(user.pk, [], hours))
    code = f"p-{member.pk.hex[-12:]}"
    terms = PointTerms({"en": "Point"}, Place("上海市"), hours.id, store_id=store.id)
    point = open_point(code=code, terms=terms, by=US, at=at)
    terms_of = EngineerTerms(point_id=point.id, skills=["washer"])
    save_engineer(user_id=user.pk, terms=terms_of, by=US, at=at)
    wanted = Wanted("case", uuid4(), code, store.id, Place("上海市"), told, "washer", customer_id=customer_id)
    return ask_for_visit(wanted, by=US, at=at)


def moment(clock: str, day: date = WEDNESDAY) -> datetime:
    """A time of Shanghai's wall clock."""
    hours, minutes = (int(part) for part in clock.split(":"))
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hours - 8, minutes=minutes)


def clock(when: datetime | None) -> str:
    """As Shanghai's clock shows it."""
    return f"{when + timedelta(hours=8):%m-%d %H:%M}" if when else "—"


def open_network(shop: Shop) -> Network:
    """This will open both points and send the engineers to work."""
    content = Hours.weekly("Asia/Shanghai", _HOURS).to_json()
    network = Network(shop, save_calendar(code="fieldwork", names={"en": "Visits"}, content=content))
    for code, name, city in (("shanghai", "上海徐汇站", XUJIAHUI), ("suzhou", "苏州站", SUZHOU)):
        place = Place("上海市" if code == "shanghai" else "江苏省", name[:2], *city)
        terms = PointTerms({"zh-Hans": name, "en": code.title()}, place, network.calendar.id)
        network.points[code] = open_point(code=code, terms=terms, by=US, at=shop.now)
    for name, full, _point, _terms in _PEOPLE:
        user = User.objects.create_user(email=f"{name}@example.com", password="x" * 14, name=full)
        Grant.objects.create(user=user, role="engineer")
        put_to_work(NewMember(user.pk, [], None))
        shop.cast.people[name] = network.people[name] = user
        network.saves(name)
    return network
