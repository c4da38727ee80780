"""Many stores, services and bookings at once cost the same few statements, and say the same as one by one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.accounts.models import Grant, Store, User
from zhoudao.rooms.bookings.commands.services import OfferTerms, Terms, save_offer, save_service
from zhoudao.rooms.bookings.commands.watching import register_kinds, tell_of_misfits
from zhoudao.rooms.bookings.models import Offer, Service
from zhoudao.rooms.bookings.queries.misfits import unfit
from zhoudao.rooms.bookings.queries.slots import bookable_days, free_times, next_free
from zhoudao.rooms.bookings.tests.salon import WEDNESDAY, Salon, moment, open_salon
from zhoudao.rooms.bookings.tests.test_telling import THEM
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.staff.absences import note_absence
from zhoudao.rooms.staff.commands import NewMember, put_to_work
from zhoudao.rooms.staff.models import Calendar

pytestmark = pytest.mark.django_db(transaction=True)
DAYS = [WEDNESDAY + timedelta(days=n) for n in (0, 1, 2, 5, 6)]


@pytest.fixture
def salon() -> Salon:
    return open_salon(open_shop())


def offers_it(salon: Salon, service: Service, store: Store) -> None:
    admin, terms = salon.shop.viewer("admin"), OfferTerms(is_on=True)
    save_offer(service_id=service.id, store_id=store.id, terms=terms, viewer=admin, at=salon.shop.now)


def another_store(salon: Salon, n: int) -> None:
    """A store with somebody who works there, where tests and calls can be booked."""
    store = Store.objects.create(code=f"s{n}", kind="shop", zone="Asia/Shanghai")
    person = User.objects.create_user(email=f"s{n}@example.com", password="x" * 14, name=f"S{n}")
    Grant.objects.create(user=person, role="store_staff", store=store)
    put_to_work(NewMember(person.pk, [], Calendar.objects.get(code="shift")))
    for name in ("test", "call"):
        offers_it(salon, salon.services[name], store)


def all_offers() -> list[Offer]:
    return list(Offer.objects.filter(is_on=True).select_related("service", "store", "resource"))


def test_the_next_free_time_of_many_is_that_of_each(salon: Salon) -> None:
    for n in range(4):
        another_store(salon, n)
    for clock in ("09:00", "09:30", "10:00"):
        for name in ("luo", "xu"):
            salon.books(clock, "call", person=name)
    away, until = User.objects.get(email="s1@example.com"), moment("00:00", WEDNESDAY + timedelta(days=9))
    note_absence(user_id=away.pk, starts_at=moment("00:00"), ends_at=until, by=THEM, at=moment("00:00"))
    found = next_free(all_offers(), salon.now)
    for offer in all_offers():
        one = free_times(offer, bookable_days(offer, salon.shop.now), salon.now)
        assert found.get(offer.id) == (one[0] if one else None), offer.store.code
    assert len(found) == len(all_offers()) > 8


def test_thirty_stores_cost_as_many_statements_as_three(salon: Salon) -> None:
    def cost() -> int:
        offers = [one for one in all_offers() if one.service_id == salon.services["test"].id]
        with CaptureQueriesContext(connection) as asked:
            assert len(next_free(offers, salon.now)) == len(offers)
        return len(asked)

    for n in range(2):
        another_store(salon, n)
    cost()
    few = cost()
    for n in range(2, 30):
        another_store(salon, n)
    assert cost() == few <= 12


def test_looking_for_misfits_costs_the_same_however_much_is_booked(salon: Salon) -> None:
    register_kinds()
    admin = salon.shop.viewer("admin")
    terms = Terms({"zh-Hans": "咨询", "zh-Hant": "諮詢", "en": "Advice"}, 30)
    advice = save_service(service_id=None, terms=terms, viewer=admin, at=salon.shop.now)
    salon.services["advice"] = advice
    offers_it(salon, advice, salon.store)
    for day in DAYS:
        for clock in ("09:00", "10:00", "11:00", "14:00"):
            salon.books(clock, person="luo", day=day)
        salon.books("15:00", "advice", person="luo", day=day)
    unfit(salon.store.id, at=salon.shop.now)
    with CaptureQueriesContext(connection) as asked:
        assert unfit(salon.store.id, at=salon.shop.now) == []
    assert len(asked) <= 7, [one["sql"][:90] for one in asked]
    luo = salon.counter.people["luo"].pk
    since, until = moment("08:00"), moment("23:00", DAYS[-1])
    note_absence(user_id=luo, starts_at=since, ends_at=until, by=THEM, at=salon.shop.now)
    assert tell_of_misfits(salon.store.id, at=salon.shop.now) == 50, "two people of 25 bookings"
    with CaptureQueriesContext(connection) as asked:
        assert tell_of_misfits(salon.store.id, at=salon.shop.now) == 0
    assert len(asked) <= 16, "what was told already costs nothing more"
