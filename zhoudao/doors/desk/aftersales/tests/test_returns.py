"""The desk's pages of returns: asked for on behalf, decided, taken in by scanner, inspected, paid back."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.accounts.models import Grant, User
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.installation import clock
from zhoudao.rooms.aftersales.models import Refund, ReturnRequest, Stray
from zhoudao.rooms.aftersales.tests.returns import CLERK, PNG, asked, delivered, here, place
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.orders.tests.reviewing import book
from zhoudao.rooms.stock.commands.warehouses import Terms, open_warehouse

pytestmark = pytest.mark.django_db(transaction=True)
As = Callable[[str], Client]


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop = open_shop()
    monkeypatch.setattr(clock, "shown", lambda real: shop.now)
    return shop


def client_of(user: User) -> Client:
    user.language = "en"
    user.save()
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="zhoudao.ground.accounts.backends.WithGrants")
    return client


def as_(shop: Shop, name: str) -> Client:
    return client_of(shop.cast.people[name])


def somebody(role: str, **where: Any) -> Client:
    """Somebody with this role and no other, of the whole company unless said otherwise."""
    user = User.objects.create_user(email=f"{role}-{uuid4().hex[:6]}@example.com", password="x" * 12, name=role)
    Grant.objects.create(user=user, role=role, **where)
    return client_of(user)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def photo(content: bytes = PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile("kaputt.png", content, "image/png")


def test_the_policy_answers_before_anything_is_asked_for(shop: Shop) -> None:
    order = delivered(at=shop.now)
    admin, address = as_(shop, "admin"), f"/desk/orders/{order.number}/return/"
    assert "台灯" in text(admin.get(address))
    looked = text(admin.post(address, {"count-1": "1", "reason": "quality", "do": "look"}))
    assert "a photo is needed" in looked
    assert "we pay for sending it (at most ¥30.00)" in looked or "at most CN¥30.00" in looked
    refused = text(admin.post(address, {"count-1": "1", "reason": "no_reason", "do": "look"}))
    assert "For this reason money is paid back only when the goods come back." in refused
    assert not ReturnRequest.objects.exists()


def test_asked_for_on_behalf_it_is_agreed_to_by_the_policy_and_gets_its_case(shop: Shop) -> None:
    order = delivered(at=shop.now)
    admin, address = as_(shop, "admin"), f"/desk/orders/{order.number}/return/"
    given = {"count-1": "1", "reason": "quality", "kind": "return_refund", "do": "ask", "key": str(uuid4())}
    without = admin.post(address, given)
    assert (without.status_code, "A photo is needed" in text(without)) == (422, True)
    words = "腿断了 13912345678"
    for _twice in range(2):
        answer = admin.post(address, {**given, "words": words, "photos": photo()}, follow=True)
    [request] = ReturnRequest.objects.all()
    page = text(answer)
    assert request.number in page
    assert "腿断了 139****5678" in page
    dispatch.drain()
    case = Case.objects.get(kind="after_sales")
    assert request.number in text(admin.get(f"/desk/cases/{case.number}/"))
    assert case.number in text(admin.get(f"/desk/returns/{request.number}/"))
    assert request.number in text(admin.get(f"/desk/orders/{order.number}/"))
    picture = admin.get(f"/desk/returns/{request.number}/photos/{request.photos.get().id}/")
    assert (picture.content, picture["Content-Type"]) == (PNG, "image/png")
    assert "sandbox" in picture["Content-Security-Policy"]


def test_photos_that_are_none_and_quantities_that_cannot_be_are_refused_in_words(shop: Shop) -> None:
    order = delivered(at=shop.now)
    admin, address = as_(shop, "admin"), f"/desk/orders/{order.number}/return/"
    given = {"count-1": "1", "reason": "quality", "kind": "return_refund", "do": "ask"}
    page = admin.post(address, {**given, "photos": photo(b"<html><script>1</script>")})
    assert (page.status_code, "This is no picture" in text(page)) == (422, True)
    for wrong in ("3", "-1", "1e9", "999999999999"):
        assert admin.post(address, {**given, "count-1": wrong, "photos": photo()}).status_code == 422
    assert not ReturnRequest.objects.exists()


def test_a_request_that_waits_is_agreed_to_or_declined_with_a_reason(shop: Shop) -> None:
    order = delivered(at=shop.now)
    first, second = (
        asked(order, {0: 1}, kind="refund_only", reason="damaged", photos=[PNG], at=shop.now) for _each in range(2)
    )
    admin = as_(shop, "admin")
    assert "The policy leaves this to a person." in text(admin.get(f"/desk/returns/{first.number}/"))
    admin.post(f"/desk/returns/{first.number}/act/", {"do": "approve"})
    admin.post(f"/desk/returns/{second.number}/act/", {"do": "decline", "reason": "no_evidence"})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("inspected", "declined")
    again = admin.post(f"/desk/returns/{second.number}/act/", {"do": "approve"})
    assert (again.status_code, "Somebody has decided this already" in text(again)) == (422, True)
    assert admin.post(f"/desk/returns/{second.number}/act/", {"do": "explode"}).status_code == 400


def test_a_clerk_scans_it_in_damaged_and_a_part_is_paid_back(shop: Shop) -> None:
    order = delivered(at=shop.now)
    request = asked(order, {0: 1}, reason="unsuitable", at=shop.now)
    place()
    worker = somebody("warehouse_worker")
    opened = worker.post("/desk/returns/station/", {"text": request.number.lower(), "place": "back"})
    assert opened["Location"] == f"/desk/returns/station/{request.number}/"
    here = opened["Location"]
    assert "王小姐" not in text(worker.get(here))
    wrong = text(worker.post(here, {"text": "LP-7", "place": "back", "quantity": "1"}))
    assert "This is not in this return" in wrong
    scan = {"text": "CH-1", "place": "back", "quantity": "1", "key": str(uuid4())}
    for _twice in range(2):
        assert "1/1" in text(worker.post(here, scan, headers={"hx-request": "true"}))
    found = {"place": "back", "sku-1": "CH-1", "count-1": "1", "condition-1": "damaged", "disposition-1": "scrap"}
    assert "A batch is letters" in text(worker.post(f"{here}inspect/", {**found, "batch-1": "?"}))
    found["batch-1"] = "(01)06901234567892(10)l-7"
    worker.post(f"{here}inspect/", {**found, "lost-1": "40", "photos": photo(), "key": str(uuid4())})
    [refund] = Refund.objects.all()
    assert (refund.lost_minor, refund.state) == ((refund.goods_minor * 40 + 50) // 100, "approved")
    assert book("CH-1") == (0, 0)
    clerk = as_(shop, "admin")
    assert "L-7" in text(clerk.get(f"/desk/returns/{request.number}/"))
    assert refund.number in text(clerk.get("/desk/returns/refunds/"))
    clerk.post(f"/desk/returns/refunds/{refund.id}/", {"do": "pay", "reference": "B-9"})
    request.refresh_from_db()
    assert request.state == "refunded"
    assert "B-9" in text(clerk.get(f"/desk/returns/{request.number}/"))
    assert worker.post(f"/desk/returns/refunds/{refund.id}/", {"do": "pay", "reference": "B-9"}).status_code == 404


def test_what_belongs_to_nobody_is_kept_apart_and_settled(shop: Shop) -> None:
    request = asked(delivered(at=shop.now), at=shop.now)
    place()
    worker = somebody("warehouse_worker")
    lost = worker.post("/desk/returns/station/", {"text": "nobody-knows", "place": "back"})
    assert (lost.status_code, "No return has this number." in text(lost)) == (422, True)
    worker.post("/desk/returns/station/", {"text": "nobody-knows", "place": "back", "do": "stray"})
    worker.post(f"/desk/returns/station/{request.number}/", {"text": "TOY-1", "place": "back", "do": "stray"})
    assert sorted(Stray.objects.values_list("text", "request__number")) == [
        ("TOY-1", request.number),
        ("nobody-knows", None),
    ]
    page = text(worker.get("/desk/returns/aside/"))
    assert "TOY-1" in page
    stray = Stray.objects.get(text="TOY-1")
    worker.post(f"/desk/returns/strays/{stray.id}/", {"as": "sent_back"})
    assert "TOY-1" not in text(worker.get("/desk/returns/aside/"))


def test_above_ones_limit_it_is_said_who_may(shop: Shop) -> None:
    order = delivered(
        at=shop.now, items=[Item("SOFA-1", 1, 600_000, "沙发")], discount_minor=0, shipping_minor=0, tax_minor=0
    )
    request = asked(order, kind="refund_only", reason="quality", photos=[PNG], at=shop.now)
    as_(shop, "admin").post(f"/desk/returns/{request.number}/act/", {"do": "approve"})
    [refund] = Refund.objects.all()
    clerk = somebody("after_sales_clerk")
    assert "above what you may approve" in text(clerk.get(f"/desk/returns/{request.number}/"))
    answer = clerk.post(f"/desk/returns/refunds/{refund.id}/", {"do": "approve"})
    assert (answer.status_code, Refund.objects.get().state) == (422, "asked")
    manager = somebody("process_manager")
    assert "Approve" in text(manager.get(f"/desk/returns/{request.number}/"))
    manager.post(f"/desk/returns/refunds/{refund.id}/", {"do": "approve"})
    assert Refund.objects.get().state == "approved"


def test_goods_are_taken_in_where_they_arrive_and_name_nobody(shop: Shop) -> None:
    request = asked(delivered(at=shop.now), reason="quality", photos=[PNG], words="秘密", at=shop.now)
    store = shop.cast.stores["nanjing"]
    open_warehouse(code="nanjing-back", terms=Terms({"en": "Nanjing"}), store_id=store.id, by=CLERK, at=shop.now)
    clerk = somebody("store_staff", store=store)
    assert clerk.get(f"/desk/returns/{request.number}/").status_code == 404
    page = text(clerk.get(f"/desk/returns/station/{request.number}/"))
    assert "餐椅" in page
    assert "秘密" not in page
    assert "王" not in page
    agent = somebody("agent")
    assert agent.get(f"/desk/returns/station/{request.number}/").status_code == 403
    stray = Stray.objects.create(warehouse_id=place(), text="T", key=uuid4(), found_at=shop.now, found_by="x")
    assert clerk.post(f"/desk/returns/strays/{stray.id}/", {"as": "scrapped"}).status_code == 404


def test_others_returns_do_not_exist_and_the_after_sales_team_sees_all(shop: Shop) -> None:
    request = asked(delivered(at=shop.now), at=shop.now)
    elsewhere = somebody("team_lead", store=shop.cast.stores["nanjing"])
    assert request.number not in text(elsewhere.get("/desk/returns/"))
    for address in (f"/desk/returns/{request.number}/", f"/desk/orders/{request.order.number}/return/"):
        assert elsewhere.get(address).status_code == 404
    assert elsewhere.get(f"/desk/returns/?q={request.number}").status_code == 200
    assert "No such return" in text(elsewhere.get(f"/desk/returns/?q={request.number}"))
    team = somebody("after_sales_clerk", team=shop.cast.teams["after_sales"])
    assert request.number in text(team.get("/desk/returns/"))
    assert team.get(f"/desk/returns/{request.number}/").status_code == 200


def test_the_list_is_narrowed_and_goes_on_with_few_statements(shop: Shop) -> None:
    order = delivered(
        at=shop.now, items=[Item("SCR-1", 60, 100, "螺丝")], discount_minor=0, shipping_minor=0, tax_minor=0
    )
    made = [asked(order, {0: 1}, at=shop.now) for _each in range(27)]
    admin = as_(shop, "admin")
    with CaptureQueriesContext(
        connection,
    ) as few:
        page = text(admin.get("/desk/returns/"))
    assert len(few) <= 14
    assert page.count("return-approved") == 25
    older = text(admin.get(f"/desk/returns/?state=open&after={made[2].id}"))
    assert [one.number in older for one in made[:3]] == [True, True, False]
    assert "No return is like this" in text(admin.get("/desk/returns/?state=declined"))
    with CaptureQueriesContext(connection) as some:
        admin.get(f"/desk/returns/{made[0].number}/")
    assert len(some) <= 16
    found = text(admin.get(f"/desk/returns/?q={order.number}"))
    assert made[-1].number in found


def test_the_customer_is_told_at_each_step_where_they_write(shop: Shop) -> None:
    shop.hears("hello", who="buyer-1")
    customer = Message.objects.latest("created_at").conversation.customer
    order = delivered(at=shop.now)
    Order.objects.filter(id=order.id).update(customer=customer)
    request = asked(Order.objects.get(id=order.id), at=shop.now)
    dispatch.drain()
    rows = Message.objects.filter(direction="out", text__contains=request.number).order_by("created_at")
    [said] = rows.values_list("text", flat=True)
    assert "/t/" in said
    here(request, at=shop.now)
    dispatch.drain()
    assert sorted("have arrived" in one.text for one in rows) == [False, True]
