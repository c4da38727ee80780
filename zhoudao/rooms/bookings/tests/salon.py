"""A store in Nanjing where fittings and tests are booked. Others take fixtures from here."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from zhoudao.engines.worktime import Calendar as Hours
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.bookings.commands.booking import Asked, Slot, book
from zhoudao.rooms.bookings.commands.services import OfferTerms, Terms, save_offer, save_resource, save_service
from zhoudao.rooms.bookings.models import Booking, Offer, Resource, Service
from zhoudao.rooms.bookings.queries.slots import Now, free_times, offer_of
from zhoudao.rooms.bookings.told import Told, seal_note, seal_told
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.staff.commands import NewMember, put_to_work, save_calendar
from zhoudao.rooms.visits.tests.store import Counter, open_counter

WEDNESDAY = date(2026, 3, 11)
_SHIFT = {day: [("09:00", "12:00"), ("13:00", "18:00")] for day in ("mon", "tue", "wed", "thu", "fri")}


@dataclass
class Salon:
    """Nanjing's bookings: a test by Luo or Xu (30 min, 10 after), a fitting in one of two rooms, a call back."""

    counter: Counter
    services: dict[str, Service] = field(default_factory=dict)
    rooms: dict[str, Resource] = field(default_factory=dict)

    @property
    def shop(self) -> Shop:
        return self.counter.shop

    @property
    def store(self) -> Store:
        return self.counter.store

    @property
    def now(self) -> Now:
        return Now(self.shop.now, self.shop.now)

    def viewer(self, name: str) -> Viewer:
        return self.counter.viewer(name) if name in self.counter.people else self.shop.viewer(name)

    def offer(self, service: str) -> Offer:
        found = offer_of(self.services[service].id, self.store.id)
        assert found is not None
        return found

    def free(self, service: str = "test", day: date = WEDNESDAY, **more: Any) -> list[str]:
        """The store's wall clock at which it can be booked."""
        found = free_times(self.offer(service), (day, day), self.now, **more)
        return [f"{one.starts_at + timedelta(hours=8):%H:%M}" for one in found]

    def slot(self, clock: str = "10:00", service: str = "test", day: date = WEDNESDAY) -> Slot:
        return Slot(self.services[service].id, self.store.id, moment(clock, day))

    def books(
        self,
        clock: str = "10:00",
        service: str = "test",
        *,
        day: date = WEDNESDAY,
        person: str = "",
        asked_id: UUID | None = None,
        by: str = "luo",
        **told: Any,
    ) -> Booking:
        slot = self.slot(clock, service, day)
        if person:
            slot = Slot(slot.service_id, slot.store_id, slot.starts_at, self.counter.people[person].pk)
        given = Told(**({"name": "王小姐", "phone": "13812348000"} | told))
        asked = Asked(slot, asked_id or uuid4(), "desk", given, is_ours=True)
        return book(asked, by=By(self.viewer(by).actor), now=self.now)


def moment(clock: str, day: date = WEDNESDAY) -> datetime:
    """A time of Shanghai's wall clock."""
    hours, minutes = (int(part) for part in clock.split(":"))
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hours - 8, minutes=minutes)


def open_salon(shop: Shop) -> Salon:
    """This will offer a test, a fitting and a call back in Nanjing; Luo and Xu work in two shifts a day."""
    counter = open_counter(shop)
    salon, admin, at = Salon(counter), shop.viewer("admin"), shop.now
    shift = save_calendar(code="shift", names={"en": "Shift"}, content=Hours.weekly("Asia/Shanghai", _SHIFT).to_json())
    for name in ("luo", "xu"):
        put_to_work(NewMember(counter.people[name].pk, [], shift))
    salon.rooms["fitting"] = save_resource(
        resource_id=None, store_id=salon.store.id, names={"zh-Hans": "试衣间"}, units=2, viewer=admin, at=at
    )
    asks = ({"zh-Hans": "哪个型号？", "en": "Which model?"},)
    wanted = {
        "test": Terms(
            {"zh-Hans": "检测", "zh-Hant": "檢測", "en": "Test"}, 30, "after_sales", after_minutes=10, questions=asks
        ),
        "fitting": Terms({"zh-Hans": "试穿", "zh-Hant": "試穿", "en": "Fitting"}, 60, who="nobody", step_minutes=60),
        "call": Terms({"zh-Hans": "回电", "zh-Hant": "回電", "en": "Call back"}, 15, where="phone", step_minutes=15),
    }
    for name, terms in wanted.items():
        service = save_service(service_id=None, terms=terms, viewer=admin, at=at)
        is_fitting = name == "fitting"
        offered = OfferTerms(
            calendar_id=shift.id if is_fitting else None,
            resource_id=salon.rooms["fitting"].id if is_fitting else None,
            need_id=counter.needs["A"].id if name == "test" else None,
        )
        save_offer(service_id=service.id, store_id=salon.store.id, terms=offered, viewer=admin, at=at)
        salon.services[name] = service
    return salon


def plain_booking(store: Store, told: Told, *, case: Case | None = None, note: str = "", at: datetime) -> Booking:
    """One booking tomorrow in a store, with a place of its own."""
    service = Service.objects.create(names={"en": "Test"}, kind="inquiry", minutes=30, who="nobody")
    place = Resource.objects.create(store=store, names={"en": "Bay"}, units=1)
    starts_at = at + timedelta(days=1)
    ends_at = starts_at + timedelta(minutes=30)
    booking = Booking(
        number=f"B-{service.id.hex[-8:]}",
        asked_id=uuid4(),
        service=service,
        store=store,
        state="booked",
        source="desk",
        starts_at=starts_at,
        ends_at=ends_at,
        busy=(starts_at, ends_at),
        resource=place,
        unit=1,
        customer=case.customer if case else None,
        case=case,
        booked_at=at,
    )
    seal_told(booking, told)
    seal_note(booking, note)
    booking.save(force_insert=True)
    return booking
