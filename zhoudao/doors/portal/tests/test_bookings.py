"""A customer books on their phone: what, where, when, kept while they write, and theirs to move or cancel."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from zhoudao.doors.portal.bookings import choosing
from zhoudao.doors.portal.bookings.calendar import calendar_file
from zhoudao.doors.portal.bookings.page import CONTACTS
from zhoudao.doors.portal.help.guard import issue
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.bookings.models import Booking, Offer, State
from zhoudao.rooms.bookings.tests.salon import WEDNESDAY, Salon, moment, open_salon
from zhoudao.rooms.bookings.told import told_of
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.staff.absences import note_absence

GIVEN = {"name": "王小姐", "phone": "13812348000"}


@pytest.fixture
def salon(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Salon:
    monkeypatch.setattr(clock, "shown", lambda real: shop.now)
    return open_salon(shop)


def phone(language: str = "en") -> Client:
    return Client(headers={"Accept-Language": language})


def address(salon: Salon, service: str = "test", **more: str) -> str:
    query = {"service": str(salon.services[service].id), "store": "nanjing"} | more
    return "/book/?" + "&".join(f"{name}={quote(value)}" for name, value in query.items())


def holds(client: Client, salon: Salon, at: str = "10:00", token: str = "", **more: str) -> Any:
    start = {"start": moment(at).isoformat(), "form_token": token or issue()}
    return client.post(address(salon, **more), start, follow=True)


def test_from_what_to_a_booking_that_is_seen_moved_and_cancelled(salon: Salon) -> None:
    client = phone()
    assert "Test" in client.get("/book/").content.decode()
    page = client.get(address(salon, day=f"{WEDNESDAY}")).content.decode()
    assert "10:00" in page
    assert ">12:00<" not in page
    filling = holds(client, salon)
    held = Booking.objects.get()
    assert held.state == State.HELD
    assert "We keep this time for you for 8 minutes" in filling.content.decode()
    path = f"/b/{held.token}/"
    refused = client.post(path, {"name": "王小姐", "words": "漏水"})
    assert refused.status_code == 422
    assert "漏水" in refused.content.decode()
    booked = client.post(path, GIVEN | {"words": "漏水"}, follow=True).content.decode()
    held.refresh_from_db()
    assert (held.state, told_of(held).words, held.language) == (State.BOOKED, "漏水", "en")
    assert held.number in booked
    assert "王小姐" not in booked
    client.post(path, {"do": "come"})
    assert "we expect you" in client.get(path).content.decode()
    assert "11:00" in client.get(f"{path}move/?day={WEDNESDAY}").content.decode()
    client.post(f"{path}move/", {"start": moment("11:00").isoformat()})
    held.refresh_from_db()
    assert (held.starts_at, held.confirmed_at) == (moment("11:00"), None)
    client.post(path, {"do": "cancel"})
    held.refresh_from_db()
    assert held.state == State.CANCELLED
    assert "cancelled" in client.get(path).content.decode()
    assert client.get(f"{path}move/").status_code == 302


def test_text_messages_come_to_who_ticked_them_and_to_nobody_else(
    salon: Salon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhoudao.doors.portal.bookings.page.gateway", object)
    client, box = phone(), '<input type="checkbox" name="may_text"{}>'
    assert box.format("") in holds(client, salon).content.decode(), "nothing is agreed to by leaving a box alone"
    path = f"/b/{Booking.objects.get().token}/"
    refused = client.post(path, {"name": "王小姐", "may_text": "on"})
    assert box.format(" checked") in refused.content.decode(), "what they ticked is kept while they mend the rest"
    client.post(path, GIVEN)
    assert not Booking.objects.get().may_text


def test_a_double_tap_keeps_one_time_and_another_choice_lets_it_go(salon: Salon) -> None:
    client, token = phone(), issue()
    for _ in range(2):
        holds(client, salon, token=token)
    assert Booking.objects.count() == 1
    holds(client, salon, "11:00")
    assert [one.starts_at for one in Booking.objects.all()] == [moment("11:00")]
    client.post(f"/b/{Booking.objects.get().token}/", {"do": "release"})
    assert not Booking.objects.exists()


def test_a_taken_time_and_a_time_kept_too_long_are_said(salon: Salon) -> None:
    for _ in range(2):
        holds(phone(), salon)
    late = phone()
    refused = holds(late, salon)
    assert refused.status_code == 422
    assert "Somebody was faster" in refused.content.decode()
    holds(late, salon, "11:00")
    mine = Booking.objects.get(starts_at=moment("11:00"))
    Booking.objects.filter(id=mine.id).update(held_until=salon.shop.now - timedelta(days=400))
    for gone in (late.get(f"/b/{mine.token}/"), late.post(f"/b/{mine.token}/", GIVEN)):
        assert gone.status_code == 410
        assert "free again" in gone.content.decode()


def test_from_a_cases_progress_it_is_booked_for_the_case(salon: Salon) -> None:
    case, client = salon.shop.hears("桌子什么时候到？"), phone()
    assert f"/book/?case={case.progress_token}" in client.get(f"/p/{case.progress_token}/").content.decode()
    filling = holds(client, salon, case=case.progress_token).content.decode()
    assert case.number in filling
    assert "id_phone" not in filling, "we know how to reach them"
    booking = Booking.objects.get()
    client.post(f"/b/{booking.token}/", {"case": case.progress_token, "words": "看实物"})
    booking.refresh_from_db()
    assert (booking.case, booking.customer_id) == (case, case.customer_id)
    forged = phone()
    holds(forged, salon, "11:00", case="x" * 27)
    other = Booking.objects.get(state=State.HELD)
    assert forged.post(f"/b/{other.token}/", {"case": "x" * 27}).status_code == 422


def test_links_that_lead_nowhere_are_all_the_same_and_guessing_ends(salon: Salon) -> None:
    booking, client = salon.books("10:00"), phone()
    wrong = ("x" * 27, booking.token[:-1] + "_", "short")
    assert {client.get(f"/b/{token}/").status_code for token in wrong} == {404}
    assert {client.get(f"/b/{token}/calendar.ics").status_code for token in wrong} == {404}
    for _ in range(12):
        client.get(f"/b/{'y' * 27}/move/")
    assert client.get(f"/b/{booking.token}/").status_code == 429


@pytest.mark.parametrize("given", [{"form_token": "forged"}, {"website": "http://spam"}, {"start": "x"}, {"start": ""}])
def test_what_is_wrong_keeps_nothing(salon: Salon, given: dict[str, str]) -> None:
    asked = {"start": moment("10:00").isoformat(), "form_token": issue()} | given
    assert phone().post(address(salon), asked).status_code == 422
    assert not Booking.objects.exists()


def test_no_machine_gets_all_times(salon: Salon) -> None:
    client = phone()
    codes = [holds(client, salon).status_code for _ in range(choosing.HOLDS.count + 1)]
    assert set(codes[:-1]) == {200}
    assert codes[-1] == 429
    path = f"/b/{Booking.objects.get().token}/"
    tries = [client.post(path, {"phone": "13812348000"}).status_code for _ in range(CONTACTS.count + 1)]
    assert set(tries) == {422}
    assert not Booking.objects.filter(state=State.BOOKED).exists()


def test_several_stores_are_chosen_from_with_their_next_free_time(salon: Salon) -> None:
    web = salon.shop.cast.stores["web"]
    Offer.objects.create(service=salon.services["test"], store=web)
    page = phone().get(f"/book/?service={salon.services['test'].id}").content.decode()
    assert "next free" in page
    assert "nothing is free at present" in page
    assert "Nothing is free" in phone().get(f"/book/?service={salon.services['test'].id}&store=web").content.decode()


def test_a_store_that_is_full_for_a_week_says_when_it_is_free_after_that(salon: Salon) -> None:
    Offer.objects.create(service=salon.services["test"], store=salon.shop.cast.stores["web"])
    at = salon.shop.now
    for name in ("luo", "xu"):
        person = salon.counter.people[name].pk
        note_absence(user_id=person, starts_at=at, ends_at=at + timedelta(days=10), by=By("user:x"), at=at)
    assert "next free" in phone().get(f"/book/?service={salon.services['test'].id}").content.decode()


def test_too_late_the_page_says_until_when_it_was(salon: Salon) -> None:
    booking = salon.books("14:00", day=salon.shop.now.date())
    salon.shop.now = moment("13:00", salon.shop.now.date())
    client = phone()
    refused = client.post(f"/b/{booking.token}/", {"do": "cancel"})
    assert refused.status_code == 422
    assert "call the store" in refused.content.decode()
    assert "do" not in client.get(f"/b/{booking.token}/move/").content.decode()


def test_the_calendar_takes_the_newer_entry_and_nothing_breaks_out_of_a_line(salon: Salon) -> None:
    salon.store.names = {"zh-Hans": "南京店,新街口;一楼\nX-EVIL:1" + "很" * 40}
    salon.store.save()
    booking = salon.books("10:00")
    answer = phone().get(f"/b/{booking.token}/calendar.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    first = answer.content.decode()
    assert "DTSTART:20260311T020000Z" in first
    assert "SEQUENCE:0" in first
    assert "\r\nX-EVIL" not in first
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    whole = first.replace("\r\n ", "")
    assert "南京店\\,新街口\\;一楼\\nX-EVIL" in whole
    Booking.objects.filter(id=booking.id).update(state=State.CANCELLED, moves=2)
    booking.refresh_from_db()
    gone = calendar_file(booking, at=salon.shop.now).decode()
    assert "METHOD:CANCEL" in gone
    assert "SEQUENCE:3" in gone


def test_pages_speak_three_languages_and_cost_few_statements(salon: Salon, django_assert_max_num_queries: Any) -> None:
    booking = salon.books("10:00")
    pages = {
        language: phone(language).get(f"/b/{booking.token}/").content.decode()
        for language in ("zh-hans", "zh-hant", "en")
    }
    assert "已预约" in pages["zh-hans"]
    assert "已預約" in pages["zh-hant"]
    for path in ("/book/", address(salon), f"/b/{booking.token}/", f"/b/{booking.token}/move/"):
        with django_assert_max_num_queries(12):
            assert phone().get(path).status_code == 200, path
