"""A case's clocks at the desk: explained, done by hand, and why one was missed."""

import json
from collections.abc import Callable

import pytest
from django.test import Client

from zhoudao.rooms.cases.models import Case, Promise
from zhoudao.rooms.cases.tests.shop import Shop

SignIn = Callable[[str], Client]


@pytest.fixture
def case(shop: Shop) -> Case:
    """Urgent: it is owed a plan."""
    return shop.hears("油烟机冒烟了，有焦味！")


def at(case: Case, promise: Promise, what: str = "") -> str:
    return f"/desk/cases/{case.number}/clocks/{promise.id}/{what}"


def test_a_clock_explains_itself(shop: Shop, case: Case, sign_in: SignIn) -> None:
    shop.later(hours=1)
    promise = case.promises.get(kind="answer")

    page = sign_in("admin").get(at(case, promise))

    assert sum(span.counted.total_seconds() for span in page.context["spans"]) == 3600
    assert page.status_code == 200


def test_a_plan_given_by_phone_is_marked_from_its_clock(shop: Shop, case: Case, sign_in: SignIn) -> None:
    client, promise = sign_in("admin"), case.promises.get(kind="plan")
    assert 'value="by_phone"' in client.get(at(case, promise)).content.decode()

    answer = client.post(at(case, promise, "settle/"), {"how": "by_phone"})

    promise.refresh_from_db()
    assert (answer.status_code, promise.kept_at) == (200, shop.now)
    assert json.loads(answer["HX-Trigger"])["desk:notice"]["closes"]
    assert 'value="by_phone"' not in client.get(at(case, promise)).content.decode()


def test_a_missed_plan_is_admitted_in_the_customers_words(shop: Shop, case: Case, sign_in: SignIn) -> None:
    client, promise = sign_in("admin"), case.promises.get(kind="plan")
    assert 'value="our_mistake"' not in client.get(at(case, promise)).content.decode()
    shop.later(hours=3)
    assert 'value="our_mistake"' in client.get(at(case, promise)).content.decode()

    assert client.post(at(case, promise, "reason/"), {"reason": "our_mistake"}).status_code == 200

    shown = Client().get(f"/p/{case.progress_token}/?language=en").content.decode()
    assert "We made a mistake." in shown


@pytest.mark.parametrize(("what", "said"), [("settle/", {"how": ""}), ("reason/", {"reason": "x"})])
def test_what_makes_no_sense_is_refused_in_words(
    shop: Shop, case: Case, sign_in: SignIn, what: str, said: dict[str, str]
) -> None:
    shop.later(hours=3)
    answer = sign_in("admin").post(at(case, case.promises.get(kind="plan"), what), said)
    assert answer.status_code == 204
    assert json.loads(answer["HX-Trigger"])["desk:notice"]["bad"]


@pytest.mark.parametrize("what", ["", "settle/", "reason/"])
def test_clocks_of_cases_one_may_not_see_do_not_exist(shop: Shop, case: Case, sign_in: SignIn, what: str) -> None:
    promise, client = case.promises.get(kind="plan"), sign_in("sun")
    answer = client.post(at(case, promise, what)) if what else client.get(at(case, promise))
    assert answer.status_code == 404
