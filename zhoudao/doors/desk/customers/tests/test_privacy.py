"""Handing out and erasing at the desk: who may, what is asked first, what is written down."""

import json

from zhoudao.doors.desk.customers.tests.test_person import SignIn, address, case
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.customers.models import Customer

__all__ = ["case"]


def test_the_page_is_for_who_may_and_says_what_stays(shop: Shop, case: Case, sign_in: SignIn) -> None:
    page = sign_in("admin").get(address(case.customer_id, "privacy/"))
    assert "依法保留" in page.content.decode()
    assert case.number in page.content.decode(), "what is open is named"
    for what in ("privacy/", "privacy/export/", "privacy/erase/"):
        assert sign_in("zhao").post(address(case.customer_id, what)).status_code == 403
    assert address(case.customer_id, "privacy/") not in sign_in("zhao").get(address(case.customer_id)).content.decode()


def test_the_file_holds_everything_in_clear(shop: Shop, case: Case, sign_in: SignIn) -> None:
    got = sign_in("admin").post(address(case.customer_id, "privacy/export/"))
    assert "attachment" in got["Content-Disposition"]
    assert got["Cache-Control"] == "no-store"
    assert json.loads(got.content)["records"][0]["name"] == "王小明"
    assert Event.objects.filter(type="customers.CustomerExported", actor__startswith="user:").count() == 1


def test_erasing_asks_first_and_then_leaves_an_empty_page(shop: Shop, case: Case, sign_in: SignIn) -> None:
    admin, where = sign_in("admin"), address(case.customer_id, "privacy/erase/")
    assert admin.post(where, {"reason": "request"}).status_code == 422
    still = admin.post(where, {"reason": "request", "sure": "yes"})
    assert (still.status_code, case.number in still.content.decode()) == (422, True)
    Case.objects.update(status=Status.CLOSED, outcome="answered", cause="other")
    assert admin.post(where, {"reason": "", "sure": "yes"}).status_code == 422
    assert Customer.objects.get(id=case.customer_id).erased_at is None
    done = admin.post(where, {"reason": "request", "sure": "yes"}, follow=True)
    assert "已抹除的客户" in done.content.decode() or "客户已删除" in done.content.decode()
    assert "王小明" not in done.content.decode()
    assert "洗衣机不转了" not in done.content.decode()
    assert Event.objects.get(type="customers.CustomerErased").attributes["reason"] == "request"
    assert admin.post(where, {"reason": "request", "sure": "yes"}).status_code == 422
