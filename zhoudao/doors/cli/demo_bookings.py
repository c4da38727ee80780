"""The demo company's bookings: what every shop offers, and a few days of them in Nanjing."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.accounts.models import Store, User
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.bookings.commands.booking import Asked, Slot, book
from zhoudao.rooms.bookings.commands.services import OfferTerms, Terms, save_offer, save_resource, save_service
from zhoudao.rooms.bookings.commands.serving import begin_booking, finish_booking, note_arrival, note_missed
from zhoudao.rooms.bookings.models import Booking, Offer
from zhoudao.rooms.bookings.queries.slots import Now, free_times
from zhoudao.rooms.bookings.staffing import store_people
from zhoudao.rooms.bookings.told import Told
from zhoudao.rooms.staff.models import Calendar
from zhoudao.rooms.visits.models import Need

_MODEL = {"zh-Hans": "产品型号？", "zh-Hant": "產品型號？", "en": "Which model?"}
_SERVICES = (
    (Terms({"zh-Hans": "家居咨询", "zh-Hant": "家居諮詢", "en": "Consultation"}, 45, "value_added", place=2), "C"),
    (
        Terms(
            {"zh-Hans": "产品检测", "zh-Hant": "產品檢測", "en": "Product test"},
            30,
            "after_sales",
            after_minutes=10,
            questions=(_MODEL,),
            place=1,
        ),
        "A",
    ),
    (Terms({"zh-Hans": "试坐体验", "zh-Hant": "試坐體驗", "en": "Try it out"}, 60, who="nobody", place=3), "C"),
    (
        Terms(
            {"zh-Hans": "送修登记", "zh-Hant": "送修登記", "en": "Drop-off"},
            15,
            "after_sales",
            who="nobody",
            step_minutes=15,
            place=4,
        ),
        "A",
    ),
    (
        Terms(
            {"zh-Hans": "电话回访", "zh-Hant": "電話回訪", "en": "Call back"},
            15,
            where="phone",
            step_minutes=15,
            lead_minutes=15,
            place=5,
        ),
        "",
    ),
)
_PLACES = {"zh-Hans": "体验区", "zh-Hant": "體驗區", "en": "Lounge"}
_WISHES = (
    ("王小姐", "13812340001", "沙发扶手有异响，想请师傅看一下"),
    ("陈先生", "13912340002", "想看看新款书桌的升降"),
    ("李女士", "13712340003", "洗碗机漏水，带机器过来检测"),
    ("周先生", "13612340004", "儿童床护栏怎么装"),
    ("吴女士", "13512340005", "想试坐三款餐椅"),
    ("郑先生", "13412340006", "床垫有塌陷，想换硬一点的"),
)
_GROUND = UUID("0190b5a0-0000-7000-8000-000000000002")


def open_bookings(*, at: datetime) -> None:
    """This will let every shop be booked in."""
    manager = viewers.of_user(User.objects.filter(grants__role="team_lead").order_by("email")[0])
    hours = Calendar.objects.get(code="reception")
    shops = list(Store.objects.filter(kind="shop").order_by("code"))
    places = {
        shop.id: save_resource(resource_id=None, store_id=shop.id, names=_PLACES, units=2, viewer=manager, at=at)
        for shop in shops
    }
    for terms, letter in _SERVICES:
        service = save_service(service_id=None, terms=terms, viewer=manager, at=at)
        for shop in shops:
            need = Need.objects.filter(store=shop, letter=letter, retired_at=None).first()
            is_place = terms.who == "nobody"
            offered = OfferTerms(
                is_on=is_place or store_people(shop.id).exists(),
                calendar_id=hours.id if is_place else None,
                resource_id=places[shop.id].id if is_place else None,
                need_id=need.id if need else None,
            )
            save_offer(service_id=service.id, store_id=shop.id, terms=offered, viewer=manager, at=at)


def live(*, at: datetime) -> int:
    """This will book yesterday, today and the days after in Nanjing; what is past took place, mostly. Twice is once."""
    store = Store.objects.get(code="nanjing")
    if Booking.objects.filter(store=store).exists():
        return 0
    clerk = viewers.of_user(User.objects.filter(grants__role="store_staff", grants__store=store).order_by("email")[0])
    rng = Random(11)  # noqa: S311  # who comes when, not a secret
    today = at.astimezone(ZoneInfo(store.zone)).date()
    offers = list(Offer.objects.filter(store=store).select_related("service", "store", "resource"))
    for days, count in ((-1, 5), (0, 7), (1, 5), (2, 3), (4, 2)):
        for n in range(count):
            booking = _book(rng.choice(offers), today + timedelta(days=days), f"{days}/{n}", rng, at)
            if booking is not None and booking.starts_at < at - timedelta(minutes=10):
                _happens(booking, clerk, rng)
    return Booking.objects.filter(store=store).count()


def _book(offer: Offer, day: date, key: str, rng: Random, at: datetime) -> Booking | None:
    before = min(at, datetime(day.year, day.month, day.day, tzinfo=UTC)) - timedelta(days=1)
    now = Now(before, before)
    found = free_times(offer, (day, day), now, is_ours=True)
    if not found:
        return None
    slot = Slot(offer.service_id, offer.store_id, rng.choice(found).starts_at)
    told = Told(*rng.choice(_WISHES)[:2], words=rng.choice(_WISHES)[2])
    asked = Asked(slot, uuid5(_GROUND, key), "portal", told, is_ours=True)
    return book(asked, by=By("system:demo"), now=now)


def _happens(booking: Booking, clerk: Viewer, rng: Random) -> None:
    start = booking.starts_at
    if rng.random() < 0.15:
        note_missed(booking_id=booking.id, by=By(clerk.actor), at=start + timedelta(minutes=20))
        return
    note_arrival(booking_id=booking.id, by=By(clerk.actor), at=start - timedelta(minutes=rng.randint(-3, 9)))
    begin_booking(booking_id=booking.id, viewer=clerk, at=start + timedelta(minutes=rng.randint(3, 8)))
    outcome = rng.choice(["solved", "repair", "bought", "follow_up"])
    ends = booking.ends_at - timedelta(minutes=rng.randint(0, 6))
    finish_booking(booking_id=booking.id, outcome=outcome, note="已当面处理", viewer=clerk, at=ends)
