"""Bookings at the desk: made from a case, a store's day, results, and what can be booked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from zhoudao.doors.desk.counter.tests.conftest import open_shop, shop, sign_in
from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.bookings.models import Booking, Offer, ReminderRule, Resource, Service, State
from zhoudao.rooms.bookings.tests.salon import WEDNESDAY, Salon, moment, open_salon
from zhoudao.rooms.bookings.told import told_of
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.staff.models import Absence

__all__ = ["open_shop", "shop", "sign_in"]
PATH = "/desk/bookings/"
Signs = Callable[[str], Client]


@pytest.fixture
def salon(shop: Shop) -> Salon:
    return open_salon(shop)


def chosen(salon: Salon, clock: str = "10:00", service: str = "test", **more: Any) -> dict[str, Any]:
    asked = {"service": salon.services[service].id, "store": "nanjing", "start": moment(clock).isoformat()}
    return asked | {"asked_id": uuid4()} | more


def test_from_a_case_it_is_booked_for_its_customer(salon: Salon, sign_in: Signs) -> None:
    case, wang = salon.shop.hears("桌子什么时候到？"), sign_in("wang")
    assert f"case={case.number}" in wang.get(f"/desk/cases/{case.number}/bookings/").content.decode()
    side = wang.get(f"/desk/cases/{case.number}/side/").content.decode()
    assert f'id="bookings-of-{case.number}" hx-morph-skip' in side, "the panel's refresh leaves them"
    page = wang.get(f"{PATH}new/", {"case": case.number, "store": "nanjing", "day": f"{WEDNESDAY}"}).content.decode()
    assert "10:00" in page
    assert "12:00" not in page.partition("booking-times")[2]
    asked = chosen(salon, case=case.number, words="想带来看看")
    page = wang.get(f"{PATH}new/", asked).content.decode()
    assert "罗丹" in page
    for _ in range(2):
        answer = wang.post(f"{PATH}new/", asked, follow=True)
    booking = Booking.objects.get()
    assert (booking.case, booking.customer_id) == (case, case.customer_id)
    assert told_of(booking).words == "想带来看看"
    assert booking.number in answer.content.decode()
    assert booking.number in wang.get(f"/desk/cases/{case.number}/bookings/").content.decode()
    sunday = wang.get(f"/desk/customers/{case.customer_id}/bookings/")
    assert booking.number in sunday.content.decode()


def test_it_opens_where_most_is_to_come_then_where_one_was(salon: Salon, sign_in: Signs) -> None:
    Store.objects.create(code="aachen", names={"en": "Aachen"}, kind="shop")
    lead = sign_in("admin")
    assert lead.get(PATH).context["store"].code == "aachen", "nothing is booked anywhere: the first"
    salon.books("10:00")
    assert lead.get(PATH).context["store"].code == "nanjing"
    assert lead.get(PATH, {"store": "aachen"}).context["store"].code == "aachen"
    assert lead.get(PATH).context["store"].code == "aachen"


def test_for_somebody_new_name_and_contact_are_asked_and_what_is_wrong_is_said(salon: Salon, sign_in: Signs) -> None:
    luo = sign_in("luo")
    refused = luo.post(f"{PATH}new/", chosen(salon, name="陈先生", phone="12"))
    assert refused.status_code == 422
    assert 'value="陈先生"' in refused.content.decode()
    assert luo.post(f"{PATH}new/", chosen(salon, name="陈先生")).status_code == 422
    assert not Booking.objects.exists()
    box = '<input type="checkbox" name="may_text"{}>'
    assert box.format("") in luo.get(f"{PATH}new/", chosen(salon)).content.decode(), "they have to be asked"
    ticked = luo.post(f"{PATH}new/", chosen(salon, name="陈先生", may_text="on"))
    assert box.format(" checked") in ticked.content.decode()
    luo.post(f"{PATH}new/", chosen(salon, name="陈先生", phone="13812348000"))
    booking = Booking.objects.get()
    assert (told_of(booking).name, booking.may_text) == ("陈先生", False)


def test_a_time_somebody_else_took_is_said_and_nothing_is_lost(salon: Salon, sign_in: Signs) -> None:
    salon.books("10:00")
    salon.books("10:00")
    refused = sign_in("luo").post(f"{PATH}new/", chosen(salon, name="陈先生", phone="13812348000", words="试机"))
    assert refused.status_code == 422
    assert "被别人先约走了" in refused.content.decode()
    for wrong in ("", "2026-03-11", "x"):
        asked = chosen(salon, name="陈先生", phone="13812348000") | {"start": wrong}
        assert sign_in("luo").post(f"{PATH}new/", asked).status_code == 422


def test_the_day_shows_who_comes_to_whom_masked_and_who_is_late(salon: Salon, sign_in: Signs) -> None:
    luo = sign_in("luo")
    salon.books("10:00", person="xu")
    salon.books("14:00", "fitting")
    page = luo.get(PATH, {"day": f"{WEDNESDAY}"}).content.decode()
    assert "王**" in page
    assert "13812348000" not in page
    assert "试衣间 2" in page
    assert 'rowspan="4"' in page, "a fitting takes an hour"
    assert page.count('class="is-shut"') == 8, "two people have an hour's break"
    assert "王小姐" in sign_in("admin").get(PATH, {"day": f"{WEDNESDAY}", "store": "nanjing"}).content.decode()
    salon.shop.now = moment("10:20")
    assert "迟到 20 分钟" in luo.get(PATH, {"day": f"{WEDNESDAY}"}).content.decode()
    assert "2026" in luo.get(PATH, {"day": "nonsense"}).content.decode()


def test_they_come_it_begins_and_what_came_of_it_is_kept(salon: Salon, sign_in: Signs) -> None:
    luo, booking = sign_in("luo"), salon.books("10:00")
    path = f"{PATH}{booking.id}/"
    salon.shop.now = moment("10:00")
    refused = luo.post(f"{path}act/", {"do": "finish", "outcome": "solved"})
    assert refused.status_code == 422
    assert "先登记" in refused.content.decode()
    luo.post(f"{path}act/", {"do": "arrive", "from": "day"})
    luo.post(f"{path}act/", {"do": "begin"})
    assert luo.post(f"{path}act/", {"do": "finish", "outcome": "?", "note": "换了滤网"}).status_code == 422
    luo.post(f"{path}act/", {"do": "finish", "outcome": "solved", "note": "换了滤网"})
    booking.refresh_from_db()
    assert (booking.state, booking.outcome) == (State.DONE, "solved")
    assert "换了滤网" in luo.get(path).content.decode()
    assert luo.post(f"{path}act/", {"do": "nonsense"}).status_code == 400


def test_it_is_moved_and_cancelled(salon: Salon, sign_in: Signs) -> None:
    luo, booking = sign_in("luo"), salon.books("10:00")
    path = f"{PATH}{booking.id}/"
    assert "11:00" in luo.get(f"{path}move/", {"day": f"{WEDNESDAY}"}).content.decode()
    luo.post(f"{path}move/", {"start": moment("11:00").isoformat()})
    booking.refresh_from_db()
    assert booking.starts_at == moment("11:00")
    assert luo.post(f"{path}move/", {"start": moment("12:00").isoformat()}).status_code == 422
    luo.post(f"{path}act/", {"do": "cancel"})
    booking.refresh_from_db()
    assert booking.state == State.CANCELLED


def test_who_is_away_is_noted_for_oneself_and_for_all_by_who_sets_the_store_up(salon: Salon, sign_in: Signs) -> None:
    people, luo = salon.counter.people, sign_in("luo")
    asked = {"store": "nanjing", "day": f"{WEDNESDAY}", "since": f"{WEDNESDAY}T09:00", "until": f"{WEDNESDAY}T12:00"}
    assert luo.post(f"{PATH}away/", asked | {"person": people["xu"].pk}).status_code == 404
    luo.post(f"{PATH}away/", asked | {"person": people["luo"].pk})
    sign_in("admin").post(f"{PATH}away/", asked | {"person": people["xu"].pk})
    assert Absence.objects.count() == 2
    assert "09:00" not in salon.free()
    assert "罗丹" in luo.get(PATH, {"day": f"{WEDNESDAY}"}).content.decode()
    luo.post(f"{PATH}away/", {"store": "nanjing", "end": Absence.objects.get(user=people["luo"]).id})
    assert "09:00" in salon.free()
    page = luo.post(f"{PATH}away/", asked | {"person": people["luo"].pk, "until": "x"}, follow=True).content.decode()
    assert "缺勤" in page


def test_another_stores_day_and_booking_are_nobodys_business(salon: Salon, sign_in: Signs) -> None:
    hu, booking = sign_in("hu"), salon.books("10:00", words="独角兽")
    assert booking.number not in hu.get(PATH, {"store": "nanjing", "day": f"{WEDNESDAY}"}).content.decode()
    assert hu.get(f"{PATH}{booking.id}/").status_code == 404
    assert hu.post(f"{PATH}{booking.id}/act/", {"do": "cancel"}).status_code == 404
    assert hu.get(f"{PATH}{booking.id}/move/").status_code == 404


def test_services_and_what_a_store_offers_are_set_up(salon: Salon, sign_in: Signs) -> None:
    admin = sign_in("admin")
    new = {
        "do": "service", "name-zh-Hans": "咨询", "name-en": "Advice", "minutes": "45", "step_minutes": "15",
        "kind": "inquiry", "where": "store", "who": "named", "before_minutes": "5", "after_minutes": "0",
        "lead_minutes": "30", "horizon_days": "14", "change_minutes": "60", "place": "3",
        "questions": "预算？ / 預算？ / Budget?",
    }  # fmt: skip
    settings = "/desk/settings/bookings/"
    for wrong in ({"minutes": "4"}, {"minutes": "x"}, {"name-zh-Hans": "", "name-en": ""}, {"step_minutes": "7"}):
        refused = admin.post(f"{settings}new/", new | wrong)
        assert refused.status_code == 422
        assert "预算" in refused.content.decode(), "what was typed stays"
    admin.post(f"{settings}new/", new)
    advice = Service.objects.get(minutes=45)
    assert advice.questions[0]["names"]["en"] == "Budget?"
    offer = {"do": "offer", "store": "nanjing", "is_on": "on", "person": [salon.counter.people["xu"].pk]}
    admin.post(f"{settings}{advice.id}/", offer)
    offered = Offer.objects.get(service=advice)
    assert list(offered.people.all()) == [salon.counter.people["xu"]]
    nobody = salon.services["fitting"]
    assert admin.post(f"{settings}{nobody.id}/", {"do": "offer", "store": "nanjing", "is_on": "on"}).status_code == 422
    admin.post(f"{settings}places/", {"store": "nanjing", "name-zh-Hans": "检测台", "units": "3"})
    assert Resource.objects.get(units=3).names == {"zh-Hans": "检测台"}
    admin.post(f"{settings}places/", {"store": "nanjing", "place": salon.rooms["fitting"].id, "do": "retire"})
    assert Resource.objects.get(id=salon.rooms["fitting"].id).retired_at is None, "a service takes it"
    admin.post(f"{settings}{advice.id}/", {"do": "retire"})
    assert "咨询" not in admin.get(settings, {"store": "nanjing"}).content.decode()
    assert admin.get(f"{settings}{advice.id}/").status_code == 404
    assert sign_in("luo").get(settings).status_code == 403


def test_a_lead_of_a_store_says_what_it_offers_and_not_what_a_service_is(salon: Salon, sign_in: Signs) -> None:
    from zhoudao.ground.accounts.models import Grant

    Grant.objects.filter(user=salon.counter.people["xu"]).update(role="team_lead")
    xu, test = sign_in("xu"), salon.services["test"]
    path = f"/desk/settings/bookings/{test.id}/"
    assert "name-zh-Hans" not in xu.get(path).content.decode()
    xu.post(path, {"do": "offer", "store": "nanjing"})
    assert not Offer.objects.get(service=test, store=salon.store).is_on
    assert xu.post(path, {"do": "service", "minutes": "60"}).status_code == 422
    assert xu.get("/desk/settings/bookings/new/").status_code == 404


def test_pages_cost_few_statements_however_much_is_booked(
    salon: Salon, sign_in: Signs, django_assert_max_num_queries: Any
) -> None:
    luo = sign_in("luo")
    for day in range(7):
        for clock in ("09:00", "10:00", "11:00", "14:00", "15:00", "16:00"):
            if (WEDNESDAY + timedelta(days=day)).weekday() < 5:
                salon.books(clock, day=WEDNESDAY + timedelta(days=day), name=f"客户{clock}")
    booking = Booking.objects.all()[0]
    assert Case.objects.count() == 0
    paths = (
        "",
        f"?day={WEDNESDAY}",
        "new/?store=nanjing",
        f"new/?store=nanjing&start={moment('09:00').isoformat()[:19]}Z",
    )
    for path in (*paths, f"{booking.id}/", f"{booking.id}/move/"):
        with django_assert_max_num_queries(12):
            assert luo.get(f"{PATH}{path}").status_code == 200, path


def test_what_no_longer_fits_is_moved_with_one_press(salon: Salon, sign_in: Signs) -> None:
    luo, booking = sign_in("luo"), salon.books("10:00", person="luo")
    asked = {"store": "nanjing", "since": f"{WEDNESDAY}T09:00", "until": f"{WEDNESDAY}T12:00"}
    answer = luo.post(f"{PATH}away/", asked | {"person": salon.counter.people["luo"].pk}, follow=True)
    assert answer.redirect_chain[-1][0].startswith(f"{PATH}misfits/")
    page = answer.content.decode()
    assert "徐岚" in page
    assert "王**" in page
    xu = salon.counter.people["xu"]
    instead = {"store": "nanjing", "booking": booking.id, "start": moment("10:00").isoformat(), "person": xu.pk}
    assert sign_in("hu").post(f"{PATH}misfits/", instead).status_code == 404
    luo.post(f"{PATH}misfits/", instead)
    booking.refresh_from_db()
    assert booking.person == xu
    assert "所有预约" in luo.get(f"{PATH}misfits/").content.decode()


def test_reminders_are_set_where_all_stores_are(salon: Salon, sign_in: Signs) -> None:
    admin, path = sign_in("admin"), "/desk/settings/bookings/reminders/"
    admin.post(path, {"first": "48", "second": "3", "quiet_from": "22:00", "quiet_until": "08:00"})
    rule = ReminderRule.objects.get()
    assert (rule.first_minutes, rule.second_minutes, rule.tells_missed) == (2880, 180, False)
    for wrong in ({"first": "1", "second": "2"}, {"first": "x"}, {"first": "2", "second": "1", "quiet_from": "22:00"}):
        admin.post(path, wrong)
    assert ReminderRule.objects.get() == rule
    assert 'value="48"' in admin.get("/desk/settings/bookings/").content.decode()
    assert sign_in("luo").post(path, {}).status_code == 403


def test_figures_lead_to_the_bookings_behind_them(salon: Salon, sign_in: Signs) -> None:
    booking = salon.books("10:00", day=salon.shop.now.date())
    wang = sign_in("luo")
    page = wang.get(f"{PATH}figures/", {"store": "nanjing"}).content.decode()
    assert "预约数据" in page
    behind = {"store": "nanjing", "first": "2026-03-09", "last": "2026-03-15"}
    assert booking.number in wang.get(f"{PATH}behind/", behind | {"figure": "bookings.booked"}).content.decode()
    assert booking.number not in wang.get(f"{PATH}behind/", behind | {"figure": "bookings.no_show"}).content.decode()
    for wrong in ({"figure": "nonsense"}, {"figure": "bookings.booked", "first": "x"}):
        assert wang.get(f"{PATH}behind/", behind | wrong).status_code == 404
    assert (
        booking.number
        not in sign_in("hu").get(f"{PATH}behind/", behind | {"figure": "bookings.booked"}).content.decode()
    )
