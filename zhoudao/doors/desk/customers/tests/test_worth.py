"""Value and risk of leaving where colleagues see them: the customer's page, the panel, the list."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.worth.models import Worth

SignIn = Callable[[str], Client]


@pytest.fixture
def case(shop: Shop) -> Case:
    case = shop.hears("洗衣机不转了")
    Customer.objects.filter(id=case.customer_id).update(grade="A", risk="high")
    Worth.objects.create(
        customer_id=case.customer_id,
        bought_minor=1_234_500,
        currency="CNY",
        others={"USD": 900},
        orders=7,
        usual_days=30,
        grade="A",
        graded_by="bought",
        points=60,
        level="high",
        factors=[["silent_long", 40, 30], ["late", 20, 2]],
    )
    return case


def part(client: Client, case: Case) -> str:
    return client.get(f"/desk/customers/{case.customer_id}/worth/").content.decode()


def test_every_reason_is_said_with_its_points(case: Case, sign_in: SignIn) -> None:
    found = part(sign_in("wang"), case)
    for words in ("¥12,345.00", "US$9.00", "A 级", "高", "30 天", "+40", "+20", "60 分"):
        assert words in found, words


def test_nobody_counted_yet_and_too_little_known_are_said(case: Case, sign_in: SignIn) -> None:
    Worth.objects.update(level="", factors=[], points=0, grade="", graded_by="", bought_minor=0, currency="", others={})
    assert "所知不足" in part(sign_in("wang"), case)
    Worth.objects.all().delete()
    assert "尚未统计" in part(sign_in("wang"), case)


def test_who_may_not_see_the_customer_sees_no_worth(shop: Shop, case: Case, sign_in: SignIn) -> None:
    Case.objects.filter(id=case.id).update(team=shop.cast.teams["after_sales"], owner=None)
    assert sign_in("wang").get(f"/desk/customers/{case.customer_id}/worth/").status_code == 404


def test_panel_and_page_show_grade_and_risk_without_a_statement_more(case: Case, sign_in: SignIn) -> None:
    client, address = sign_in("wang"), f"/desk/cases/{case.number}/side/"

    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    statements()  # keys and stores are read once
    known = statements()
    page = client.get(address).content.decode()
    assert "A 级" in page
    assert "可能流失" in page
    Customer.objects.filter(id=case.customer_id).update(grade="", risk="")
    assert statements() == known
    assert "可能流失" not in client.get(address).content.decode()


@pytest.mark.parametrize(("of", "field"), [("best", "grade"), ("leaving", "risk")])
def test_the_list_shows_the_best_and_those_who_may_leave(
    of: str, field: str, shop: Shop, case: Case, sign_in: SignIn
) -> None:
    other = shop.hears("请问", who="visitor-2")
    client = sign_in("zhao")
    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"/desk/customers/?of={of}").content.decode()
    assert len(queries) <= 12
    assert str(case.customer_id) in page
    assert str(other.customer_id) not in page
    Customer.objects.update(**{field: ""})
    assert str(case.customer_id) not in client.get(f"/desk/customers/?of={of}").content.decode()
