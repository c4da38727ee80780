"""What breaks and what came back repaired: counted as by hand, and shown to those who may see it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.accounts.models import Grant, Team, User
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.orders.models import OrderLine
from zhoudao.rooms.repairs.commands.ending import cancel_repair, hand_back, sign_off
from zhoudao.rooms.repairs.commands.working import begin_repair, check_repair, finish_repair
from zhoudao.rooms.repairs.models import Repair
from zhoudao.rooms.repairs.queries.causes import altogether, broken
from zhoudao.rooms.repairs.tests.workshop import CLERK, LIU, MA, asked, judged, sold

pytestmark = pytest.mark.django_db
PATH = "/desk/quality/repairs/"


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Shop:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    opened = open_shop()
    monkeypatch.setattr(clock, "now", lambda: opened.now)
    return opened


def repaired(shop: Shop, serial: str, fault: str, **more: Any) -> Repair:
    """A machine whose repair was asked for, judged and done, two hours after the customer's word."""
    order = more.pop("order", None) or sold(at=shop.now, external_number=serial)
    repair = asked(order, serial=serial, at=shop.now)
    judged(repair, fault, at=shop.now)
    begin_repair(repair_id=repair.id, by=LIU, at=shop.later(hours=1))
    finish_repair(repair_id=repair.id, is_solved=True, by=LIU, at=shop.later(hours=1))
    check_repair(repair_id=repair.id, is_passed=True, by=MA, at=shop.now)
    hand_back(repair_id=repair.id, handing="counter", by=CLERK, at=shop.now)
    sign_off(repair_id=repair.id, name="王小姐", drawn=None, by=CLERK, at=shop.now)
    return repair


def test_faults_are_counted_by_product_and_what_came_back_within_ninety_days(shop: Shop) -> None:
    first = repaired(shop, "WM-0001", "seal")
    repaired(shop, "WM-0002", "pump")
    shop.later(days=40)
    repaired(shop, "WM-0001", "seal", order=first.order)
    shop.later(days=91)
    repaired(shop, "WM-0001", "seal", order=first.order)
    repaired(shop, "WM-0002", "seal", order=OrderLine.objects.get(devices__serial="WM-0002").order)
    off = asked(sold(at=shop.now, external_number="WM-0003"), serial="WM-0003", at=shop.now)
    cancel_repair(repair_id=off.id, reason="customer", by=CLERK, at=shop.now)
    asked(sold(at=shop.now, external_number="WM-0004"), serial="WM-0004", at=shop.now)
    [found] = broken(shop.now - timedelta(days=200), shop.now + timedelta(days=1))
    assert (found.sku, found.repairs, dict(found.faults)) == ("WM-8", 6, {"seal": 4, "pump": 1, "": 1})
    assert (found.judged, found.again, found.done, found.mean) == (5, 1, 5, timedelta(hours=2))
    assert altogether([found, found]).repairs == 12
    assert broken(shop.now - timedelta(days=200), shop.now + timedelta(days=1), stores=[]) == []
    [late] = broken(shop.now - timedelta(days=2), shop.now + timedelta(days=1))
    assert (late.repairs, late.again) == (3, 0), "ninety-one days before is another time"


def test_the_page_shows_it_in_three_languages_to_those_who_may_see_it(shop: Shop) -> None:
    client = Client()
    client.force_login(shop.cast.people["admin"], backend="zhoudao.ground.accounts.backends.WithGrants")
    empty = client.get(PATH)
    assert empty.status_code == 200
    repaired(shop, "WM-0001", "seal")
    with CaptureQueriesContext(connection) as statements:
        shown = client.get(PATH, headers={"Accept-Language": "en"}).content.decode()
    assert len(statements) <= 12
    for words in ("滚筒洗衣机", "WM-8", "is-fault-seal"):
        assert words in shown, words
    assert client.get(f"{PATH}?period=year&store=web").status_code == 200
    wang = Client()
    wang.force_login(shop.cast.people["wang"], backend="zhoudao.ground.accounts.backends.WithGrants")
    assert wang.get(PATH).status_code in (403, 404)


def test_the_companys_team_for_after_sales_sees_those_of_every_store(shop: Shop) -> None:
    repaired(shop, "WM-0001", "seal")
    clerk, other = (User.objects.create_user(email=f"{name}@example.com") for name in ("hua", "ling"))
    team = shop.cast.teams["after_sales"]
    elsewhere = Team.objects.create(code="claims", names={"zh-Hans": "理赔"})
    for person, where in ((clerk, team), (other, elsewhere)):
        Grant.objects.create(user=person, role="after_sales_clerk", team=where)
    shown = []
    for person in (clerk, other):
        client = Client()
        client.force_login(person, backend="zhoudao.ground.accounts.backends.WithGrants")
        shown.append(client.get(PATH).context["whole"].repairs)
    assert shown == [1, 0]
