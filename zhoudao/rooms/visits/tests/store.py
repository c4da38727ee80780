"""A store in Nanjing with a queue, and two who serve there. Others take fixtures from here."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from zhoudao.engines.worktime import Calendar as Hours
from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.accounts.models import Grant, Store, User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.staff.commands import save_calendar
from zhoudao.rooms.visits.commands.calling import call_next
from zhoudao.rooms.visits.commands.needs import Wanted, save_need, set_line
from zhoudao.rooms.visits.commands.serving import begin_serving, finish_visit
from zhoudao.rooms.visits.commands.taking import Asked, take_number
from zhoudao.rooms.visits.models import Need, Visit
from zhoudao.rooms.visits.told import Told

_TEN_TO_TEN = {day: [("09:00", "21:00")] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
STEPS = ({"zh-Hans": "登记", "en": "Register"}, {"zh-Hans": "检测", "en": "Inspect"})


@dataclass
class Counter:
    """Nanjing's queue: repairs (A), advice (B) and, called before both, pick-ups (C)."""

    shop: Shop
    store: Store
    needs: dict[str, Need] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    def viewer(self, name: str) -> Viewer:
        return viewers.of_user(self.people[name])

    def takes(
        self, letter: str = "A", *, at: datetime | None = None, asked_id: UUID | None = None, **told: str
    ) -> Visit:
        asked = Asked(self.store.id, self.needs[letter].id, asked_id or uuid4(), told=Told(**told))
        return take_number(asked, at=at or self.shop.now)

    def calls(self, name: str = "luo", counter: str = "1", need_ids: Collection[UUID] | None = None) -> Visit:
        return call_next(
            store_id=self.store.id, counter=counter, viewer=self.viewer(name), at=self.shop.now, need_ids=need_ids
        )

    def serves(self, minutes: float, name: str = "luo") -> Visit:
        """The next one, from call to end."""
        visit = self.calls(name)
        begin_serving(visit_id=visit.id, viewer=self.viewer(name), at=self.shop.now)
        return finish_visit(visit_id=visit.id, viewer=self.viewer(name), at=self.shop.later(minutes=minutes))


def open_counter(shop: Shop) -> Counter:
    """This will open the queue, with Luo Dan and Xu Lan serving there and Hu Bo in another store."""
    store = shop.cast.stores["nanjing"]
    counter = Counter(shop, store)
    other = shop.cast.stores["hangzhou"] = Store.objects.create(code="hangzhou", names={"zh-Hans": "杭州店"})
    for name, full, place in (("luo", "罗丹", store), ("xu", "徐岚", store), ("hu", "胡博", other)):
        user = shop.cast.people.get(name)
        if user is None:
            user = User.objects.create_user(email=f"{name}@example.com", password="x" * 14, name=full)
            Grant.objects.create(user=user, role="store_staff", store=place)
            shop.cast.people[name] = user
        counter.people[name] = user
    hours = save_calendar(
        code="shop", names={"en": "Shop"}, content=Hours.weekly("Asia/Shanghai", _TEN_TO_TEN).to_json()
    )
    admin = shop.viewer("admin")
    for place in (store, other):
        set_line(store_id=place.id, calendar_id=hours.id, is_paused=False, viewer=admin, at=shop.now)
    for letter, name, priority, steps in (
        ("A", "维修送修", 0, STEPS),
        ("B", "选购咨询", 0, ()),
        ("C", "自提取件", 1, ()),
    ):
        wanted = Wanted(
            {"zh-Hans": name}, letter, "after_sales", priority=priority, steps=steps, takes_items=letter == "A"
        )
        counter.needs[letter] = save_need(store_id=store.id, need_id=None, wanted=wanted, viewer=admin, at=shop.now)
    return counter
