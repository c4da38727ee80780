"""The desk's pages of devices and repairs: asked for on behalf, judged, quoted, repaired, checked, signed for."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.aftersales.tests.test_returns import as_, client_of, somebody, text
from zhoudao.ground.accounts.models import Grant, User
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.repairs.models import Device, Quote, Repair
from zhoudao.rooms.repairs.tests.workshop import PNG, SERIAL, asked, book, device, judged, parts_come, place, sold

pytestmark = pytest.mark.django_db(transaction=True)
Does = Callable[..., Any]


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop = open_shop()
    monkeypatch.setattr(clock, "shown", lambda real: shop.now)
    return shop


def photo(content: bytes = PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile("leak.png", content, "image/png")


def does(client: Client, repair: Repair, do: str, **given: Any) -> Any:
    return client.post(f"/desk/repairs/{repair.number}/act/", {"do": do, **given}, follow=True)


def test_asked_for_on_behalf_the_page_says_who_pays_and_what_it_likely_is(shop: Shop) -> None:
    order = sold(shop.now)
    admin, address = as_(shop, "admin"), f"/desk/orders/{order.number}/repair/"
    assert "滚筒洗衣机" in text(admin.get(address))
    given = {"line": "1", "serial": SERIAL, "symptom": "leak", "words": "漏水 13912345678", "key": str(uuid4())}
    for _twice in range(2):
        page = text(admin.post(address, {**given, "photos": photo()}, follow=True))
    [repair] = Repair.objects.all()
    for said in (repair.number, "Warranty", "it is under warranty", "Seal or hose", "75 % sure", "139****5678", SERIAL):
        assert said in page, said
    dispatch.drain()
    case = Case.objects.get(kind="after_sales")
    assert repair.number in text(admin.get(f"/desk/cases/{case.number}/"))
    assert case.number in text(admin.get(f"/desk/repairs/{repair.number}/"))
    assert repair.number in text(admin.get(f"/desk/orders/{order.number}/"))
    picture = admin.get(f"/desk/repairs/{repair.number}/photos/{repair.photos.get().id}/")
    assert (picture.content, "sandbox" in picture["Content-Security-Policy"]) == (PNG, True)
    again = admin.post(address, {**given, "key": str(uuid4())})
    assert again["Location"] == f"/desk/repairs/{repair.number}/"


def test_what_is_no_photo_or_no_serial_number_is_refused_in_words(shop: Shop) -> None:
    order = sold(shop.now)
    admin, address = as_(shop, "admin"), f"/desk/orders/{order.number}/repair/"
    given = {"line": "1", "serial": SERIAL, "symptom": "leak"}
    for wrong, words in (
        ({"photos": photo(b"<html>")}, "This is no picture"),
        ({"serial": "?!"}, "A serial number has 4 to 40 letters"),
        ({"symptom": "x"}, "Say what is wrong"),
        ({"line": "9"}, "Choose what it is about"),
        ({"line": "1e9"}, "Choose what it is about"),
    ):
        page = admin.post(address, {**given, **wrong})
        assert (page.status_code, words in text(page)) == (422, True), words
    assert not Device.objects.exists()


def test_from_judgement_to_signature_each_with_one_button(shop: Shop) -> None:
    parts_come()
    place()
    repair = asked(sold(shop.now), at=shop.now)
    liu, ma = somebody("engineer"), somebody("engineer")
    page = text(does(liu, repair, "triage", fault="seal", place="bench", minutes="60"))
    assert "Have stock keep the parts, then begin." in page
    assert "kept in" in text(does(liu, repair, "keep", warehouse="workshop"))
    assert repair.number in text(liu.get("/desk/repairs/bench/"))
    assert "It works again" in text(does(liu, repair, "begin"))
    does(liu, repair, "log", minutes="35", words="换了门封", key=str(uuid4()))
    assert "换了门封" in text(does(liu, repair, "photos", photos=photo(PNG + b"x"), of="after"))
    assert "A batch is letters" in text(does(liu, repair, "batch", batch="?"))
    assert "LOT-7" in text(does(liu, repair, "batch", batch="lot-7"))
    assert "LOT-7" in text(liu.get(f"/desk/devices/{repair.device_id}/"))
    assert "A colleague checks what you repaired." in text(does(liu, repair, "finish", solved="yes"))
    own = does(liu, repair, "check", passed="yes")
    assert (own.status_code, "Somebody else than who repaired it" in text(own)) == (422, True)
    assert "Have the customer sign" in text(does(ma, repair, "check", passed="yes"))
    address = f"/desk/repairs/{repair.number}/sign/"
    assert "data-sign" in text(liu.get(address))
    drawn = "data:image/png;base64," + base64.b64encode(PNG).decode()
    for wrong in ({"name": "王"}, {"name": "王", "drawn": "data:image/png;base64,%%%"}, {"name": "", "drawn": drawn}):
        assert liu.post(address, wrong).status_code == 422
    page = text(liu.post(address, {"name": "王小姐", "drawn": drawn}, follow=True))
    repair.refresh_from_db()
    assert (repair.state, "王小姐" in page, book()) == ("closed", True, (4, 0))
    assert liu.get(f"/desk/repairs/{repair.number}/signature/").content == PNG
    assert does(liu, repair, "explode").status_code == 400


def test_a_name_and_a_tick_are_enough_where_nothing_can_be_drawn(shop: Shop) -> None:
    repair = asked(sold(shop.now), at=shop.now)
    Repair.objects.filter(id=repair.id).update(state="ready")
    lead = as_(shop, "admin")
    lead.post(f"/desk/repairs/{repair.number}/sign/", {"name": "王小姐", "handed": "yes"})
    repair.refresh_from_db()
    assert (repair.state, repair.signature) == ("closed", None)


def test_a_quote_is_sent_answered_by_telephone_and_paid(shop: Shop) -> None:
    parts_come()
    order = sold(shop.now - timedelta(days=500))
    repair = judged(asked(order, at=shop.now), at=shop.now)
    clerk = somebody("after_sales_clerk")
    assert "Make a quote" in text(clerk.get(f"/desk/repairs/{repair.number}/"))
    for wrong in ({"labour": "1.234"}, {"labour": "80", "sku-1": "NOPE"}, {"labour": "80", "valid_days": "x"}):
        assert does(clerk, repair, "quote", **({"valid_days": "7"} | wrong)).status_code == 422
    given = {"labour": "80", "valid_days": "7", "sku-1": "SEAL-1", "count-1": "2", "price-1": "35.50"}
    page = text(does(clerk, repair, "quote", **given))
    assert "151.00" in page
    quote = Quote.objects.get()
    assert "It can be repaired now." not in page
    does(clerk, repair, "answer", quote=str(quote.id), answer="yes")
    page = text(does(clerk, repair, "paid", reference="POS-9"))
    assert "POS-9" in page
    repair.refresh_from_db()
    assert (repair.owed_minor, repair.paid_reference) == (15_100, "POS-9")


def test_beyond_repair_leads_to_a_return_a_person_asks_for(shop: Shop) -> None:
    order = sold(shop.now)
    repair = asked(order, at=shop.now)
    page = text(does(as_(shop, "admin"), repair, "give_up", reason="parts"))
    assert f"/desk/orders/{order.number}/return/" in page
    assert "its parts cannot be had any more" in page


def test_a_customers_devices_stand_on_their_page_with_their_warranty(shop: Shop) -> None:
    order = sold(shop.now)
    one, admin = device(order), as_(shop, "admin")
    listed = text(admin.get(f"/desk/customers/{order.customer_id}/devices/"))
    assert SERIAL in listed
    assert "Warranty until 2027-03-10" in listed
    page = text(admin.get(f"/desk/devices/{one.id}/"))
    assert "the legal term (preset, check with counsel)" in page
    assert "2029-03-10" in page
    key = str(uuid4())
    extended = {"do": "extend", "months": "12", "reason": "延保 W-1", "sold": "yes", "key": key}
    page = text(admin.post(f"/desk/devices/{one.id}/act/", extended, follow=True))
    assert "Warranty until 2028-03-10" in page
    wrong = admin.post(f"/desk/devices/{one.id}/act/", {**extended, "months": "99", "key": str(uuid4())})
    assert (wrong.status_code, "1 to 60 months" in text(wrong)) == (422, True)
    changed = {"do": "describe", "name": "洗烘一体机", "category": "washer", "serial": SERIAL, "bought": "2026-03-01"}
    assert "洗烘一体机" in text(admin.post(f"/desk/devices/{one.id}/act/", changed, follow=True))
    made = admin.post(f"/desk/devices/{one.id}/act/", {"do": "repair", "symptom": "noise", "key": key})
    assert made["Location"] == f"/desk/repairs/{Repair.objects.get().number}/"


def test_bought_elsewhere_it_is_registered_for_its_customer(shop: Shop) -> None:
    order = sold(shop.now)
    admin, address = as_(shop, "admin"), f"/desk/customers/{order.customer_id}/devices/new/"
    given = {"sku": "RF-1", "name": "冰箱", "category": "fridge", "store": "web", "bought": "2026-01-01"}
    page = text(admin.post(address, given, follow=True))
    assert "Warranty until 2027-01-01" in page
    assert admin.post(address, {**given, "bought": "2030-01-01"}).status_code == 422


def test_the_companys_team_for_after_sales_registers_for_any_store(shop: Shop) -> None:
    case = shop.hears("冰箱不制冷了")
    Case.objects.filter(id=case.id).update(team=shop.cast.teams["after_sales"])
    hua = shop.cast.people["hua"] = User.objects.create_user(email="hua@example.com")
    Grant.objects.create(user=hua, role="after_sales_clerk", team=shop.cast.teams["after_sales"])
    client, address = as_(shop, "hua"), f"/desk/customers/{case.customer_id}/devices/new/"
    assert {one.code for one in client.get(address).context["stores"]} >= {"web", "nanjing"}
    given = {"sku": "RF-1", "name": "冰箱", "category": "fridge", "store": "nanjing", "bought": "2026-01-01"}
    assert client.post(address, given, follow=True).status_code == 200
    assert Device.objects.get().store.code == "nanjing"


def test_a_clerk_sees_that_a_number_conflicts_and_settles_it(shop: Shop) -> None:
    first = device(sold(shop.now))
    order = sold(shop.now, claims=[Claim("external", "buyer-2", scope="shop")])
    repair = asked(order, at=shop.now)
    admin = as_(shop, "admin")
    assert "Another customer says this device is theirs." in text(admin.get(f"/desk/repairs/{repair.number}/"))
    page = text(admin.get(f"/desk/devices/{repair.device_id}/"))
    assert f"/desk/devices/{first.id}/" in page
    refused = does(admin, repair, "triage", fault="seal", place="bench", minutes="60")
    assert (refused.status_code, "settle that first" in text(refused)) == (422, True)
    admin.post(f"/desk/devices/{repair.device_id}/act/", {"do": "settle", "theirs": "yes"})
    first.refresh_from_db()
    assert first.is_gone
    assert does(admin, repair, "triage", fault="seal", place="bench", minutes="60").status_code == 200


def test_others_repairs_do_not_exist_and_the_after_sales_team_sees_all(shop: Shop) -> None:
    repair = asked(sold(shop.now), at=shop.now)
    elsewhere = somebody("team_lead", store=shop.cast.stores["nanjing"])
    assert repair.number not in text(elsewhere.get("/desk/repairs/"))
    for address in (f"/desk/repairs/{repair.number}/", f"/desk/devices/{repair.device_id}/"):
        assert elsewhere.get(address).status_code == 404
    assert "No such repair" in text(elsewhere.get(f"/desk/repairs/?q={repair.number}"))
    team = somebody("engineer", team=shop.cast.teams["after_sales"])
    assert team.get(f"/desk/repairs/{repair.number}/").status_code == 200
    analyst = somebody("analyst")
    assert analyst.get(f"/desk/repairs/{repair.number}/").status_code == 200
    assert does(analyst, repair, "cancel", reason="other").status_code == 404


def test_the_list_is_narrowed_and_goes_on_with_few_statements(shop: Shop) -> None:
    order = sold(shop.now, items=[Item("WM-8", 30, 299_900, "滚筒洗衣机")])
    made = [asked(order, f"WM-{n:06d}", at=shop.now) for n in range(27)]
    admin = client_of(shop.cast.people["admin"])
    with CaptureQueriesContext(connection) as few:
        page = text(admin.get("/desk/repairs/"))
    assert len(few) <= 12
    assert page.count("repair-reported") == 25
    older = text(admin.get(f"/desk/repairs/?state=open&after={made[2].id}"))
    assert [one.number in older for one in made[:3]] == [True, True, False]
    assert "No repair is like this" in text(admin.get("/desk/repairs/?state=declined"))
    with CaptureQueriesContext(connection) as some:
        admin.get(f"/desk/repairs/{made[0].number}/")
    assert len(some) <= 26
    assert made[4].number in text(admin.get("/desk/repairs/?q=wm000004"))
    with CaptureQueriesContext(connection) as bench:
        admin.get("/desk/repairs/bench/")
    assert len(bench) <= 12


def test_the_customer_is_told_at_each_step_where_they_write(shop: Shop) -> None:
    shop.hears("hello", who="buyer-1")
    customer = Message.objects.latest("created_at").conversation.customer
    order = sold(shop.now)
    Order.objects.filter(id=order.id).update(customer=customer)
    repair = asked(Order.objects.get(id=order.id), at=shop.now)
    judged(repair, at=shop.now)
    dispatch.drain()
    rows = Message.objects.filter(direction="out", text__contains=repair.number).order_by("created_at")
    said = list(rows.values_list("text", flat=True))
    assert len(said) == 2
    assert all("/m/" in one for one in said)
    assert any("you pay nothing" in one or "无需付费" in one for one in said)
